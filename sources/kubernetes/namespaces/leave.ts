import type { ApiClient } from '../api/client.ts';
import { letGoOfAll } from './let-go-of-all.ts';
import { inState, note, type NamespaceMemory } from './memory.ts';
import type { TargetRbac } from './target-rbac.ts';
import { tried } from './tried.ts';

interface LeaveOptions {
  readonly client: ApiClient;
  readonly rbac?: TargetRbac | undefined;
  /** Tells the workflows of a namespace to look; whether none runs any more. */
  readonly drain: (namespace: string) => Promise<boolean>;
}

/** How long it is told of a namespace that it is gone. */
const goneMs = 60_000;

/**
 * Leaves the namespaces that are not ours any more: what we made in them goes when nothing works in them any more.
 * Whether that is news of any.
 */
export async function leaveDrained(
  options: LeaveOptions,
  memory: NamespaceMemory,
  isThere: (name: string) => boolean,
): Promise<boolean> {
  let isNews = false;
  for (const { name } of inState(memory, 'Draining')) {
    if (!(await options.drain(name))) continue;
    const reason = await leaveClean(options, name, isThere(name));
    note(memory, name, { state: 'Gone', reason });
    isNews = true;
  }
  for (const { name, since } of inState(memory, 'Gone'))
    if (Date.now() - Date.parse(since) >= goneMs) {
      memory.settled.delete(name);
      isNews = memory.states.delete(name);
    }
  return isNews;
}

/** Nobody will let go of the policies that wait for it, so they are let go now. Says what is left. */
async function leaveClean(
  { client, rbac }: LeaveOptions,
  name: string,
  isThere: boolean,
): Promise<string> {
  const refused = await tried(async () => {
    await letGoOfAll(client, name);
    if (isThere) await rbac?.remove(name);
  });
  return refused === undefined
    ? 'nothing of ours is left in it'
    : `something is left: ${refused.message}`;
}
