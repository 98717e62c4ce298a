import { shellWord } from '../../../embedded/shell-word.ts';
import { kubernetesExecutable } from '../executables.ts';
import { startCluster, type Cluster } from './cluster.ts';

/** `npm run cluster`: a cluster of one node until Ctrl-C. */
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // npm forwards a Ctrl-C that the terminal has already sent here, so the second one must not end this process
    process.on(signal, () => {
      resolve();
    });
  }
});

try {
  const cluster = await startCluster();
  await tellHow(cluster);
  await stopped;
  await cluster.stop();
  console.log('stopped');
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function tellHow({ kubeconfig }: Cluster): Promise<void> {
  const kubectl = await kubernetesExecutable('kubectl');
  const helm = await kubernetesExecutable('helm');
  console.log(`export KUBECONFIG=${shellWord(kubeconfig)}
alias kubectl=${shellWord(shellWord(kubectl))} helm=${shellWord(shellWord(helm))}
helm install pgwarden charts/pgwarden --namespace pgwarden --create-namespace --set devServer.enabled=true --wait
Ctrl-C stops the cluster and removes it.`);
}
