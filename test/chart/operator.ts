import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { apiClient } from '../../sources/kubernetes/api/client.ts';
import { kubeconfigCredentials } from '../../sources/kubernetes/api/kubeconfig.ts';
import { namespaceConfiguration } from '../../sources/kubernetes/namespace-set/configuration.ts';
import { overseerFor } from '../../namespaces/oversee.ts';
import type { ReportedNamespace } from '../../sources/kubernetes/namespace-set/report.ts';
import { reportedNamespaces } from '../../sources/kubernetes/namespace-set/reported-namespaces.ts';
import { eventually, within } from '../workflows/wait.ts';
import { manifests, template } from './helm.ts';
import { installed, type Accounts } from './installed.ts';
import { environmentOf, podsIn } from './pods.ts';
import { wantedIn } from './wanted.ts';

export interface InstalledOperator {
  readonly as: Accounts;
  /** The value of the label that adds a namespace. */
  readonly installation: string;
  /** The resources that the watcher reports as created or corrected. */
  readonly corrected: readonly string[];
  readonly troubles: readonly string[];
  /** Waits until the watcher reports this state of a namespace. Returns the reason. */
  readonly until: (namespace: string, state: ReportedNamespace['state']) => Promise<string>;
  /** Waits until the worker knows that a namespace belongs to the installation. */
  readonly untilTold: (namespace: string) => Promise<void>;
}

/**
 * The namespace code of the watcher and the worker, with the permissions, the environment and the file from the chart.
 * There are no workflows.
 */
export async function operatorOf(
  own: string,
  set: readonly string[],
  signal: AbortSignal,
): Promise<InstalledOperator> {
  const as = await installed(own, set);
  const all = manifests(await template('production', { namespace: own, set }));
  const pod = podsIn(all).find(({ metadata }) => metadata.name === 'pgwarden-watcher');
  if (pod === undefined) throw new Error('there is no watcher');
  const given = z.record(z.string(), z.unknown()).parse(environmentOf(pod));
  const texts = Object.entries(given).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const env: Record<string, string> = Object.fromEntries(texts);
  if (env.PGWARDEN_RBAC_FILE !== undefined) {
    env.PGWARDEN_RBAC_FILE = join(await mkdtemp(join(tmpdir(), 'pgwarden-rbac-')), 'rbac.yaml');
    await writeFile(env.PGWARDEN_RBAC_FILE, JSON.stringify({ kind: 'List', items: wantedIn(all) }));
  }
  const namespaces = namespaceConfiguration(env);
  const client = apiClient(kubeconfigCredentials(as.watcher));
  const [corrected, troubles]: [string[], string[]] = [[], []];
  const onTrouble = ({ message }: Error) => void troubles.push(message);
  let states: readonly ReportedNamespace[] = [];
  const oversee = await overseerFor({ client, namespace: own, instance: 'test', namespaces });
  await oversee(
    {
      drain: () => Promise.resolve(true),
      onMode: () => undefined,
      onNamespaces: (next) => void (states = next),
      onCorrected: (what) => void corrected.push(what),
    },
    { onTrouble, signal, everyMs: 300 },
  );
  const reported = () =>
    reportedNamespaces({
      client: apiClient(kubeconfigCredentials(as.worker)),
      ref: { namespace: own, name: namespaces.report },
      ...{ onTrouble, signal },
    });
  return {
    ...{ as, corrected, troubles, installation: namespaces.installation },
    until: (namespace, state) =>
      eventually(
        () => states.find((each) => each.name === namespace && each.state === state)?.reason,
      ),
    async untilTold(namespace) {
      const set = reported();
      const isTold = new Promise<void>((resolve) => {
        set.onChange(() => {
          if (set.names()?.includes(namespace) === true) resolve();
        }, signal);
      });
      await within(isTold, `namespace ${namespace} is reported`);
    },
  };
}
