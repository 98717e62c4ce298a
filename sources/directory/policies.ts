import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceRef } from '../../core/document/document.ts';
import { secretsUsed } from '../secrets-used.ts';
import type { Catalog } from './catalog.ts';
import type { PolicyEntry } from './entry.ts';

const secondLookMs = 200;

/**
 * Reads a policy. It counts as deleted, which ends its workflow, only if a second read 200 ms later does not find it
 * either: editors and `git checkout` remove a file for a moment. Throws Refusal `PolicyUnreadable` if an unreadable
 * file might contain it.
 */
export async function findPolicy(
  catalog: Catalog,
  ref: ResourceRef,
): Promise<PolicyEntry | undefined> {
  const first = await catalog.find('policy', ref);
  if (first.entry !== undefined) return first.entry;
  await sleep(secondLookMs);
  const { entry, doubt } = await catalog.find('policy', ref);
  if (entry === undefined && doubt !== undefined) throw doubt;
  return entry;
}

export async function allPolicies(catalog: Catalog): Promise<readonly PolicyEntry[]> {
  const { entries } = await catalog.scan();
  return [...entries.values()].filter((entry) => entry.kind === 'policy');
}

export async function policiesUsing(
  catalog: Catalog,
  { namespace, name }: ResourceRef,
): Promise<readonly ResourceRef[]> {
  const policies = await allPolicies(catalog);
  return policies
    .filter(
      ({ ref, content }) => ref.namespace === namespace && secretsUsed(content).includes(name),
    )
    .map(({ ref }) => ref);
}
