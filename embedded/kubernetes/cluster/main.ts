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
console.log(`export KUBECONFIG=${cluster.kubeconfig}\nCtrl-C stops the cluster and removes it.`);
await stopped;
await cluster.stop();
console.log('stopped');
