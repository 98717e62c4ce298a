import type { Refusal } from '../core/refusal.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { keptFinalizer } from '../sources/kubernetes/policy-object.ts';
import { keptPolicies, removeFinalizers } from './finalizers.ts';
import { inState, note, type NamespaceMemory } from './memory.ts';
import type { ReportedNamespace } from '../sources/kubernetes/namespace-set/report.ts';
import type { TargetRbac } from './target-rbac.ts';
import type { KnownNamespace, WhereIs, Whereabouts } from './targets.ts';
import { reportToPolicies } from './report-to-policies.ts';
import { refusalOf } from './refusal-of.ts';

interface LeaveOptions {
  readonly client: ApiClient;
  readonly rbac?: TargetRbac | undefined;
  /** Signals the workflows of a namespace to check. Returns whether none runs any more. */
  readonly drain: (namespace: string) => Promise<boolean>;
}

/** How long the report shows a namespace as gone. */
const goneMs = 60_000;
/** How long it does so if something of ours is left in the namespace. */
const leftMs = 86_400_000;
/** Minimum wait, because a workflow that just started is not listed yet. */
const leastMs = 1_000;
/** By then another installation, if it exists, has created its Roles. */
const foreignMs = 5_000;
/** How long leaving a namespace is retried. */
const patienceMs = 600_000;

interface Surroundings {
  readonly whereIs: WhereIs;
  readonly known: readonly KnownNamespace[];
}

/**
 * Leaves namespaces that do not belong to us any more: when no workflow runs in them, our objects are deleted. Returns
 * whether any state changed.
 */
export async function leaveDrained(
  options: LeaveOptions,
  memory: NamespaceMemory,
  surroundings: Surroundings,
): Promise<boolean> {
  let isNews = false;
  for (const leaving of inState(memory, 'Draining'))
    if (await leaveOne(options, memory, leaving, surroundings)) isNews = true;
  for (const { name, since, reason } of inState(memory, 'Gone')) {
    const isOver = reason === nothingLeft || surroundings.whereIs(name) === 'away';
    if (ageOf(since) < (isOver ? goneMs : leftMs)) continue;
    memory.settled.delete(name);
    isNews = memory.states.delete(name);
  }
  return isNews;
}

async function leaveOne(
  options: LeaveOptions,
  memory: NamespaceMemory,
  { name, since }: ReportedNamespace,
  { whereIs, known }: Surroundings,
): Promise<boolean> {
  const where = whereIs(name);
  // Kubernetes deletes our Roles with everything else in the namespace, in no fixed order.
  if (where === 'terminating') await refusalOf(() => removeFinalizers(options.client, name));
  if (!(await options.drain(name))) return false;
  if (ageOf(since) < (where === 'foreign' ? foreignMs : leastMs)) return false;
  const installation = known.find((each) => each.name === name)?.installation;
  const left = await leaveClean(options, { name, where, installation });
  const isOver = left.refused === undefined || ageOf(since) > patienceMs;
  note(memory, name, { state: isOver ? 'Gone' : 'Draining', reason: leftText(name, left) });
  return true;
}

function ageOf(since: string): number {
  return Date.now() - Date.parse(since);
}

interface Leaving {
  readonly name: string;
  readonly where: Whereabouts;
  /** The installation in the namespace's label. */
  readonly installation: string | undefined;
}

interface Left {
  /** Why it failed. */
  readonly refused?: Refusal | undefined;
  /** Objects that others created with our names. */
  readonly stays: readonly string[];
  /** Policies whose finalizer belongs to another installation. */
  readonly kept: readonly string[];
  readonly installation?: string | undefined;
}

/**
 * Removes the finalizer of all policies, because no worker will do it later. If another installation works in the
 * namespace, it removes the finalizer from its own policies.
 */
async function leaveClean(
  { client, rbac }: LeaveOptions,
  { name, where, installation = '' }: Leaving,
): Promise<Left> {
  let [stays, kept]: [readonly string[], readonly string[]] = [[], []];
  const refused = await refusalOf(async () => {
    if (where === 'away') return;
    const isOthers = where === 'foreign' && (await worksIn(rbac, name, installation));
    if (isOthers) kept = await keptPolicies(client, name);
    else await removeFinalizers(client, name);
    if (where === 'terminating') return;
    if (!isOthers) await reportToPolicies(client, name, left);
    stays = (await rbac?.remove(name)) ?? [];
  });
  return { refused, stays, kept, installation };
}

const left = {
  reason: 'NamespaceLeft',
  message: 'pgwarden no longer manages this namespace; the database stays as it is',
} as const;

/** Whether another installation works in the namespace. If we may not check, it is assumed. */
async function worksIn(
  rbac: TargetRbac | undefined,
  namespace: string,
  installation: string,
): Promise<boolean> {
  let works = true;
  await refusalOf(async () => {
    works = (await rbac?.hasOf(installation, namespace)) ?? true;
  });
  return works;
}

const nothingLeft = 'nothing of ours is left in it';

function leftText(name: string, { refused, stays, kept, installation = '' }: Left): string {
  const texts = [
    ...(refused === undefined ? [] : [`some objects remain: ${refused.message}; ${cure(name)}`]),
    ...(stays.length === 0
      ? []
      : [`these objects remain because pgwarden did not create them: ${stays.join(', ')}`]),
    ...(kept.length === 0
      ? []
      : [
          `installation ${installation} must remove finalizer ${keptFinalizer} from: ${kept.join(', ')}`,
        ]),
  ];
  return texts.length === 0 ? nothingLeft : texts.join('; ');
}

function cure(name: string): string {
  return `if a deleted policy waits for finalizer ${keptFinalizer}, remove it: kubectl -n ${name} patch postgrespolicy NAME --type=merge -p '{"metadata":{"finalizers":null}}'`;
}
