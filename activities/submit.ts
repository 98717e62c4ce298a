import type { Done, SubmitRequest } from './contract.ts';
import type { ActivityDeps } from './deps.ts';

/** Idempotent: sending a ticket twice has the same effect as sending it once. */
export async function submit(deps: ActivityDeps, { server, ticket }: SubmitRequest): Promise<Done> {
  await deps.databases.enqueue(server, ticket);
  return { kind: 'done' };
}
