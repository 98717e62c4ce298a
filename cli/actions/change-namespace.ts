import { Refusal } from '../../core/refusal.ts';
import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import { installationLabel } from '../../sources/kubernetes/namespace-set/labels.ts';
import {
  createNamespace,
  deleteNamespace,
  labelNamespace,
  readNamespace,
  type StoredNamespace,
} from '../../namespaces/stored-namespace.ts';
import { requireAllowed, type Change } from '../namespaces/advice.ts';
import { awaitState } from '../namespaces/await-state.ts';
import { withCluster } from '../namespaces/cluster.ts';
import { confirmDeletion } from '../namespaces/confirm.ts';
import {
  findInstallation,
  type Installation,
  type InstallationOptions,
} from '../namespaces/installation.ts';
import { policiesDeleted } from '../namespaces/policies-deleted.ts';
import { printable } from '../printable.ts';
import { writeErr, writeOut } from '../output.ts';

export interface ChangeOptions extends InstallationOptions {
  readonly name: string;
  /** Seconds. */
  readonly wait: number;
  /** Deletes without asking. */
  readonly yes?: boolean;
}

type Step = (
  client: ApiClient,
  installation: Installation,
  options: ChangeOptions,
) => Promise<void>;

const steps: Record<Change, Step> = { create, adopt, delete: remove };

/** Changes a namespace, and waits until the watcher has seen to it. Returns the exit code. */
export async function changeNamespace(change: Change, options: ChangeOptions): Promise<number> {
  const { name, wait } = options;
  const line = await withCluster(async (client) => {
    const installation = await findInstallation(client, options);
    requireAllowed(change, name, installation);
    await steps[change](client, installation, options);
    const state = change === 'delete' ? 'Gone' : 'Running';
    return awaitState(client, installation, { name, state, wait });
  });
  writeOut(`${printable(`namespace ${name}: ${line}`)}\n`);
  return 0;
}

async function create(
  client: ApiClient,
  { report: { installation } }: Installation,
  { name }: ChangeOptions,
): Promise<void> {
  const found = await readNamespace(client, name);
  if (found === undefined) return createNamespace(client, name, installation);
  if (found.installation === undefined) {
    throw refused(`namespace ${name} exists`, `Take it: pgwarden namespaces adopt ${name}`);
  }
  const message = `namespace ${name} exists, and belongs to installation ${found.installation}`;
  throw refused(message, 'pgwarden namespaces shows how it stands.');
}

async function adopt(
  client: ApiClient,
  { report: { installation } }: Installation,
  { name }: ChangeOptions,
): Promise<void> {
  requireUsable(name, await readNamespace(client, name), installation);
  await labelNamespace(client, name, installation);
  const labelled = await readNamespace(client, name);
  requireUsable(name, labelled, installation);
  if (labelled?.installation === installation) return;
  throw refused(`namespace ${name} was changed by somebody else just now`, 'Run it again.');
}

function requireUsable(
  name: string,
  found: StoredNamespace | undefined,
  installation: string,
): void {
  if (found === undefined) throw notThere(name);
  if (found.isTerminating) {
    throw refused(`namespace ${name} is being deleted`, 'Wait until it is gone, and create it.');
  }
  if ((found.installation ?? installation) === installation) return;
  const message = `namespace ${name} belongs to installation ${found.installation ?? ''}`;
  const hint = `Who is responsible for that one lets it go: kubectl label namespace ${name} ${installationLabel}-`;
  throw refused(message, hint);
}

async function remove(
  client: ApiClient,
  { ref, report: { installation } }: Installation,
  { name, yes = false }: ChangeOptions,
): Promise<void> {
  const found = await readNamespace(client, name);
  if (found === undefined) throw notThere(name);
  if (name === ref.namespace) {
    throw refused(
      `namespace ${name} is the operator's own`,
      'docs/install.md says how to uninstall.',
    );
  }
  if (found.installation !== installation) {
    const whose =
      found.installation === undefined
        ? `it has no label ${installationLabel}`
        : `it belongs to installation ${found.installation}`;
    const hint = `Who may, runs: kubectl delete namespace ${name}`;
    throw refused(`namespace ${name} is not installation ${installation}'s: ${whose}`, hint);
  }
  if (found.isTerminating) return;
  writeErr(await policiesDeleted(client, name));
  if (!yes) await confirmDeletion(name);
  await deleteNamespace(client, found);
}

function notThere(name: string): Refusal {
  return refused(`there is no namespace ${name}`, 'kubectl get namespaces lists them.');
}

function refused(message: string, hint: string): Refusal {
  return new Refusal('NamespaceRefused', message, hint);
}
