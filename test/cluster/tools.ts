import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../embedded/command.ts';
import { kubectl } from '../../tools/kubernetes/cluster/kubectl.ts';
import { kubernetesExecutable } from '../../tools/kubernetes/executables.ts';

/** The commands of a cluster's user. Each throws an error with its output when it fails. */
export interface ClusterTools {
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  readonly helm: (...args: readonly string[]) => Promise<string>;
  readonly apply: (manifests: readonly object[]) => Promise<string>;
}

const helmLimitMs = 300_000;

export async function clusterTools(kubeconfig: string): Promise<ClusterTools> {
  const helm = await kubernetesExecutable('helm');
  return {
    kubectl: (...args) => kubectl(kubeconfig, ...args),
    async helm(...args) {
      const options = { timeoutMs: helmLimitMs };
      const { code, output } = await runCommand(
        helm,
        ['--kubeconfig', kubeconfig, ...args],
        options,
      );
      if (code !== 0) throw new Error(`helm ${args.join(' ')} failed:\n${output}`);
      return output;
    },
    async apply(items) {
      const folder = await mkdtemp(join(tmpdir(), 'pgwarden-manifests-'));
      const file = join(folder, 'manifests.json');
      await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      try {
        return await kubectl(kubeconfig, 'apply', '--filename', file);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}

/**
 * Waits until `holds` returns true, and checks every 100 ms. Returns false if that does not happen within `limitMs`.
 */
export async function within(limitMs: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
  return true;
}
