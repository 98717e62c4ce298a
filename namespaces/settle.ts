import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import type { ResourceRef } from '../core/document/document.ts';
import { Refusal } from '../core/refusal.ts';
import {
  accessText,
  deniedOf,
  deniedToAccount,
  type Access,
} from '../sources/kubernetes/access-review.ts';
import type { Settled } from './memory.ts';
import { lackText, watcherNeeds, workerNeeds } from '../sources/kubernetes/namespace-set/needs.ts';
import type { NamespaceMode } from '../sources/kubernetes/namespace-set/report.ts';
import { createNamespace, labelNamespace } from './stored-namespace.ts';
import type { Ensured, TargetRbac } from './target-rbac.ts';
import type { Target } from './targets.ts';
import { refusalOf } from './refusal-of.ts';

export interface SettleOptions {
  readonly client: ApiClient;
  readonly installation: string;
  readonly rbac?: TargetRbac | undefined;
  /** ServiceAccount of the worker, if known. */
  readonly worker?: ResourceRef | undefined;
  readonly onCorrected: (what: string) => void;
}

/** Does what a namespace needs, and returns its new state. */
export async function settleNamespace(
  options: SettleOptions,
  mode: NamespaceMode,
  target: Target,
): Promise<Settled> {
  const { name } = target;
  switch (target.kind) {
    case 'absent':
      return mode === 'dynamic' ? create(options, name) : pending('it does not exist');
    case 'foreign':
      return pending(`it belongs to installation ${target.installation}`);
    case 'unlabelled':
      if (mode === 'dynamic') await refusalOf(() => label(options, name)); // a later check retries
      return prepare(options, mode, name);
    case 'keep':
      return prepare(options, mode, name);
  }
}

function pending(reason: string): Settled {
  return { state: 'Pending', reason };
}

function label({ client, installation }: SettleOptions, name: string): Promise<void> {
  return labelNamespace(client, name, installation);
}

/** Creates the namespace. The watch reports it, and the next check prepares it. */
async function create({ client, installation }: SettleOptions, name: string): Promise<Settled> {
  const refused = await refusalOf(() => createNamespace(client, name, installation));
  return pending(refused === undefined ? 'it was just created' : refused.message);
}

async function prepare(
  options: SettleOptions,
  mode: NamespaceMode,
  name: string,
): Promise<Settled> {
  const settled = await settledRights(options, name);
  if (mode !== 'disabled' || settled.state !== 'RBACMissing') return settled;
  return {
    ...settled,
    reason: `${settled.reason}; or it was deleted, which mode disabled cannot detect`,
  };
}

async function settledRights(options: SettleOptions, name: string): Promise<Settled> {
  const corrected = await correct(options, name);
  const refused = corrected.unread ?? corrected.uncorrected[0]?.trouble;
  const denied = await deniedOf(options.client, watcherNeeds(name));
  if (denied.length > 0)
    return missing(`the watcher may not ${accessText(denied)} in it${because(refused)}`);
  // If Role and RoleBinding are correct, so are the rights.
  if (options.rbac !== undefined && refused === undefined) return running(kept);
  return settledForWorker(options, name, corrected);
}

async function settledForWorker(
  options: SettleOptions,
  name: string,
  { unread, uncorrected }: Corrected,
): Promise<Settled> {
  const refused = unread ?? uncorrected[0]?.trouble;
  const text = refused?.message ?? kept;
  const lacking = await lackOfWorker(options, name);
  if (lacking === 'unknown') {
    const account = options.worker?.name ?? '';
    const its = uncorrected.find(({ accounts }) => accounts.includes(account));
    return its === undefined ? running(`${text}; ${unknown}`) : missing(its.trouble.message);
  }
  if (lacking.length === 0) return running(text);
  const lack = lackText(name, lacking);
  return { ...missing(`${lack}${because(refused)}`), lack };
}

const kept = 'its policies are reconciled';
const unknown =
  'the rights of the worker in it are unknown: the watcher may not create localsubjectaccessreviews';

function because(refused: Refusal | undefined): string {
  return refused === undefined ? '' : `: ${refused.message}`;
}

function missing(reason: string): Settled {
  return { state: 'RBACMissing', reason };
}

function running(reason: string): Settled {
  return { state: 'Running', reason };
}

interface Corrected {
  /** Why a Role or RoleBinding could not be read. */
  readonly unread?: Refusal | undefined;
  /** Objects that could not be corrected. */
  readonly uncorrected: Ensured['uncorrected'];
}

async function correct({ rbac, onCorrected }: SettleOptions, name: string): Promise<Corrected> {
  let uncorrected: Ensured['uncorrected'] = [];
  const unread = await refusalOf(async () => {
    const ensured = await rbac?.ensure(name);
    for (const what of ensured?.done ?? []) onCorrected(what);
    uncorrected = ensured?.uncorrected ?? [];
  });
  return { unread, uncorrected };
}

async function lackOfWorker(
  { client, worker }: SettleOptions,
  name: string,
): Promise<readonly Access[] | 'unknown'> {
  if (worker === undefined) return [];
  try {
    return await deniedToAccount(client, worker, name, workerNeeds(name));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KubernetesForbidden') return 'unknown';
    throw error;
  }
}
