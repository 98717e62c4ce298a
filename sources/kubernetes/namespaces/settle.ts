import type { ApiClient } from '../api/client.ts';
import { accessesTo, accessText, deniedOf } from './access.ts';
import type { Settled } from './memory.ts';
import type { NamespaceMode } from './report.ts';
import { createNamespace, labelNamespace } from './stored-namespace.ts';
import type { TargetRbac } from './target-rbac.ts';
import type { Target } from './targets.ts';
import { tried } from './tried.ts';

export interface SettleOptions {
  readonly client: ApiClient;
  readonly installation: string;
  readonly rbac?: TargetRbac | undefined;
  readonly onCorrected: (what: string) => void;
}

/** Does what is to be done for a namespace, and says how it stands with it then. */
export async function settleNamespace(
  options: SettleOptions,
  mode: NamespaceMode,
  target: Target,
): Promise<Settled> {
  const { name } = target;
  switch (target.kind) {
    case 'absent':
      return mode === 'dynamic' ? create(options, name) : pending('it is not there');
    case 'foreign':
      return pending(`it belongs to installation ${target.installation}`);
    case 'unlabelled':
      if (mode === 'dynamic') await tried(() => label(options, name)); // a later look tries again
      return prepare(options, name);
    case 'keep':
      return prepare(options, name);
  }
}

function pending(reason: string): Settled {
  return { state: 'Pending', reason };
}

function label({ client, installation }: SettleOptions, name: string): Promise<void> {
  return labelNamespace(client, name, installation);
}

/** What there is to do in it comes with the news that it is there. */
async function create({ client, installation }: SettleOptions, name: string): Promise<Settled> {
  const refused = await tried(() => createNamespace(client, name, installation));
  return pending(refused === undefined ? 'it was just created' : refused.message);
}

/** What the watcher itself needs in a namespace. */
const ownNeeds = (namespace: string) =>
  accessesTo(
    [
      ['pgroles.io', 'postgrespolicies'],
      ['', 'secrets'],
    ],
    ['list', 'watch'],
    namespace,
  );

async function prepare(
  { client, rbac, onCorrected }: SettleOptions,
  name: string,
): Promise<Settled> {
  const refused = await tried(async () => {
    for (const what of (await rbac?.ensure(name)) ?? []) onCorrected(what);
  });
  const denied = await deniedOf(client, ownNeeds(name));
  if (denied.length > 0) {
    const lacks = `the watcher may not ${accessText(denied)} in it`;
    const reason = refused === undefined ? lacks : `${lacks}: ${refused.message}`;
    return { state: 'RBACMissing', reason };
  }
  const reason = refused === undefined ? 'its policies are kept' : refused.message;
  return { state: 'Running', reason };
}
