import type { RetirementSpec } from '../../graph.ts';
import type { Ref } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { grantsBehind, isMet, lackSentence } from '../ownership/owner-demand.ts';
import type { Dependency } from './query.ts';

/** A right that passing on an object requires and that is missing, as the end of a sentence. */
interface Lacked {
  readonly what: string;
  /** Whether the retired role itself may have caused it. */
  readonly isMade: boolean;
}

/** `isOwn`: whether the object is in the policy's own database, or shared by all. */
export function lackedFor(
  { demands }: Dependency,
  { role: former, reassignOwnedTo: heir }: RetirementSpec,
  live: Live,
  isOwn: boolean,
): Lacked[] {
  if (heir === undefined) return [];
  const passing = { heir, former, live, isOwn };
  return (demands ?? [])
    .filter((demand) => !isMet(demand, passing))
    .map((demand) => ({
      what: lackSentence(demand, passing),
      // Only a superuser can create an object that only a superuser can own.
      isMade: demand.right !== 'SUPERUSER' || demand.of === 'us',
    }));
}

/** The grants that let the heir own what passes to it. */
export function grantsForHeir(
  dependencies: readonly Dependency[],
  { reassignOwnedTo: heir }: RetirementSpec,
  live: Live,
): Ref[] {
  if (heir === undefined) return [];
  const refs = dependencies.flatMap(({ demands }) =>
    (demands ?? []).flatMap((demand) => grantsBehind(demand, heir, live)),
  );
  return [...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values()];
}
