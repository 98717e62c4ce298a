import type { Refusal } from '../core/refusal.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { keptFinalizer } from '../sources/kubernetes/policy-object.ts';
import { keptPolicies, letGoOfAll } from './let-go-of-all.ts';
import { inState, note, type NamespaceMemory } from './memory.ts';
import type { ReportedNamespace } from '../sources/kubernetes/namespace-set/report.ts';
import type { TargetRbac } from './target-rbac.ts';
import type { KnownNamespace, WhereIs, Whereabouts } from './targets.ts';
import { tellPolicies } from './tell-policies.ts';
import { tried } from './tried.ts';

interface LeaveOptions {
  readonly client: ApiClient;
  readonly rbac?: TargetRbac | undefined;
  /** Tells the workflows of a namespace to look; whether none runs any more. */
  readonly drain: (namespace: string) => Promise<boolean>;
}

/** How long it is told of a namespace that it is gone. */
const goneMs = 60_000;
/** The same, where something of ours is left in it. */
const leftMs = 86_400_000;
/** A workflow that just began is not listed yet. */
const leastMs = 1_000;
/** Another installation makes its Roles by then, if there is one. */
const foreignMs = 5_000;
/** How long what is in the way is tried again. */
const patienceMs = 600_000;

interface Surroundings {
  readonly whereIs: WhereIs;
  readonly known: readonly KnownNamespace[];
}

/**
 * Leaves the namespaces that are not ours any more: what we made in them goes when nothing works in them any more.
 * Whether that is news of any.
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
  // Kubernetes takes our rights away with everything else in it, in no order.
  if (where === 'terminating') await tried(() => letGoOfAll(options.client, name));
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
  /** That the namespace's label names. */
  readonly installation: string | undefined;
}

interface Left {
  /** What was in the way. */
  readonly refused?: Refusal | undefined;
  /** What others made under our names. */
  readonly stays: readonly string[];
  /** Policies that another installation is to let go. */
  readonly kept: readonly string[];
  readonly installation?: string | undefined;
}

/**
 * Nobody will let go of the policies that wait for it, so they are let go now; those of another installation that works
 * there are its own to let go.
 */
async function leaveClean(
  { client, rbac }: LeaveOptions,
  { name, where, installation = '' }: Leaving,
): Promise<Left> {
  let [stays, kept]: [readonly string[], readonly string[]] = [[], []];
  const refused = await tried(async () => {
    if (where === 'away') return;
    const isOthers = where === 'foreign' && (await worksIn(rbac, name, installation));
    if (isOthers) kept = await keptPolicies(client, name);
    else await letGoOfAll(client, name);
    if (where === 'terminating') return;
    if (!isOthers) await tellPolicies(client, name, left);
    stays = (await rbac?.remove(name)) ?? [];
  });
  return { refused, stays, kept, installation };
}

const left = {
  reason: 'NamespaceLeft',
  message: 'Its namespace is not managed any more; the database stays as it is',
} as const;

/** Where we may not look, it is taken to. */
async function worksIn(
  rbac: TargetRbac | undefined,
  namespace: string,
  installation: string,
): Promise<boolean> {
  let works = true;
  await tried(async () => {
    works = (await rbac?.hasOf(installation, namespace)) ?? true;
  });
  return works;
}

const nothingLeft = 'nothing of ours is left in it';

function leftText(name: string, { refused, stays, kept, installation = '' }: Left): string {
  const texts = [
    ...(refused === undefined ? [] : [`something is left: ${refused.message}; ${cure(name)}`]),
    ...(stays.length === 0 ? [] : [`others made what stays: ${stays.join(', ')}`]),
    ...(kept.length === 0
      ? []
      : [
          `finalizer ${keptFinalizer} is installation ${installation}'s to take off: ${kept.join(', ')}`,
        ]),
  ];
  return texts.length === 0 ? nothingLeft : texts.join('; ');
}

function cure(name: string): string {
  return `where a deleted policy waits for finalizer ${keptFinalizer}, take it off: kubectl -n ${name} patch postgrespolicy NAME --type=merge -p '{"metadata":{"finalizers":null}}'`;
}
