import { kubernetesExecutable } from '../executables.ts';
import { startCluster } from './cluster.ts';

/** `npm run cluster`: a cluster of one node until Ctrl-C. */
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      resolve();
    });
  }
});
const cluster = await startCluster();
const [kubectl, helm] = await Promise.all(
  (['kubectl', 'helm'] as const).map((name) => kubernetesExecutable(name)),
);
console.log(`export KUBECONFIG=${cluster.kubeconfig}
alias kubectl=${kubectl} helm=${helm}
helm install pgwarden charts/pgwarden --namespace pgwarden --create-namespace --set devServer.enabled=true --wait
Ctrl-C stops the cluster and removes it.`);
await stopped;
await cluster.stop();
console.log('stopped');
