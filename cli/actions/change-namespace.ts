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
  /** Deletes without confirmation. */
  readonly yes?: boolean;
}

type Step = (
  client: ApiClient,
  installation: Installation,
  options: ChangeOptions,
) => Promise<void>;

const steps: Record<Change, Step> = { create, adopt, delete: remove };

/** Changes a namespace, and waits until the watcher reports the result. Returns the exit code. */
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
    throw refused(
      `namespace ${name} already exists`,
      `Adopt it: pgwarden namespaces adopt ${name}`,
    );
  }
  const message = `namespace ${name} already exists and belongs to installation ${found.installation}`;
  throw refused(message, 'Run pgwarden namespaces to see its state.');
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
  throw refused(
    `someone else changed namespace ${name} at the same time`,
    'Run the command again.',
  );
}

function requireUsable(
  name: string,
  found: StoredNamespace | undefined,
  installation: string,
): void {
  if (found === undefined) throw missing(name);
  if (found.isTerminating) {
    throw refused(
      `namespace ${name} is being deleted`,
      'Wait until the deletion finishes, then create it.',
    );
  }
  if ((found.installation ?? installation) === installation) return;
  const message = `namespace ${name} belongs to installation ${found.installation ?? ''}`;
  const hint = `Its owner can release it with: kubectl label namespace ${name} ${installationLabel}-`;
  throw refused(message, hint);
}

async function remove(
  client: ApiClient,
  { ref, report: { installation } }: Installation,
  { name, yes = false }: ChangeOptions,
): Promise<void> {
  const found = await readNamespace(client, name);
  if (found === undefined) throw missing(name);
  if (name === ref.namespace) {
    throw refused(
      `namespace ${name} is the namespace of the operator itself`,
      'See docs/install.md for how to uninstall pgwarden.',
    );
  }
  if (found.installation !== installation) {
    const owner =
      found.installation === undefined
        ? `it has no label ${installationLabel}`
        : `it belongs to installation ${found.installation}`;
    const hint = `Ask a cluster administrator to run: kubectl delete namespace ${name}`;
    throw refused(
      `namespace ${name} does not belong to installation ${installation}: ${owner}`,
      hint,
    );
  }
  if (found.isTerminating) return;
  writeErr(await policiesDeleted(client, name));
  if (!yes) await confirmDeletion(name);
  await deleteNamespace(client, found);
}

function missing(name: string): Refusal {
  return refused(`namespace ${name} does not exist`, 'List namespaces: kubectl get namespaces');
}

function refused(message: string, hint: string): Refusal {
  return new Refusal('NamespaceRefused', message, hint);
}
