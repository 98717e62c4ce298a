import type { Refusal } from '../../../core/refusal.ts';
import type { ApiClient } from '../api/client.ts';
import { letGoOfAll } from './let-go-of-all.ts';
import { inState, note, type NamespaceMemory } from './memory.ts';
import type { TargetRbac } from './target-rbac.ts';
import type { WhereIs, Whereabouts } from './targets.ts';
import { tried } from './tried.ts';

interface LeaveOptions {
  readonly client: ApiClient;
  readonly rbac?: TargetRbac | undefined;
  /** Tells the workflows of a namespace to look; whether none runs any more. */
  readonly drain: (namespace: string) => Promise<boolean>;
}

/** How long it is told of a namespace that it is gone. */
const goneMs = 60_000;
/** A workflow that just began is not listed yet. */
const leastMs = 1_000;
/** How long what is in the way is tried again. */
const patienceMs = 600_000;

/**
 * Leaves the namespaces that are not ours any more: what we made in them goes when nothing works in them any more.
 * Whether that is news of any.
 */
export async function leaveDrained(
  options: LeaveOptions,
  memory: NamespaceMemory,
  whereIs: WhereIs,
): Promise<boolean> {
  let isNews = false;
  for (const { name, since } of inState(memory, 'Draining')) {
    if (!(await options.drain(name)) || ageOf(since) < leastMs) continue;
    const refused = await leaveClean(options, name, whereIs(name));
    const state = refused === undefined || ageOf(since) > patienceMs ? 'Gone' : 'Draining';
    note(memory, name, { state, reason: leftText(refused) });
    isNews = true;
  }
  for (const { name, since } of inState(memory, 'Gone'))
    if (ageOf(since) >= goneMs) {
      memory.settled.delete(name);
      isNews = memory.states.delete(name);
    }
  return isNews;
}

function ageOf(since: string): number {
  return Date.now() - Date.parse(since);
}

/**
 * Nobody will let go of the policies that wait for it, so they are let go now; those of another installation are its
 * own to let go. Answers what is in the way.
 */
function leaveClean(
  { client, rbac }: LeaveOptions,
  name: string,
  where: Whereabouts,
): Promise<Refusal | undefined> {
  return tried(async () => {
    if (where === 'here' || where === 'terminating') await letGoOfAll(client, name);
    if (where === 'here' || where === 'foreign') await rbac?.remove(name);
  });
}

function leftText(refused: Refusal | undefined): string {
  if (refused === undefined) return 'nothing of ours is left in it';
  return `something is left: ${refused.message}`;
}
