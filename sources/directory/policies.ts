import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceRef } from '../../core/document/document.ts';
import { secretsUsed } from '../secrets-used.ts';
import type { Catalog } from './catalog.ts';
import type { PolicyEntry } from './entry.ts';

const secondLookMs = 200;

/**
 * The policy of that name. That it is gone, which ends it, is believed only at a second look 200 ms later:
 * editors and `git checkout` take a file away for a moment. Throws Refusal `PolicyUnreadable` when something
 * else that cannot be read might hold it.
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
