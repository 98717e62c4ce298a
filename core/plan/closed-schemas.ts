import { meansToActAs } from '../authority/means.ts';
import type { Change } from './diff.ts';
import type { Live, Statement } from '../kind.ts';
import { kindOf } from '../registry.ts';

/**
 * Adds the owners of schemas in which the connected role cannot name the objects that the changes are of, for want of
 * USAGE: with the owner's rights it can. What is done as another role is that one's to name.
 */
export function withSchemaOwners(
  statements: readonly Statement[],
  changes: readonly Change[],
  live: Live,
): Statement[] {
  const owners = new Set(changes.flatMap((change) => ownerToJoin(change, live)));
  if (owners.size === 0) return [...statements];
  return statements.map((statement) =>
    statement.as === undefined
      ? { ...statement, rights: [...new Set([...(statement.rights ?? []), ...owners])] }
      : statement,
  );
}

/** Schemas change owners in the middle of a plan, so that either owner's rights may be the ones it takes. */
function ownerToJoin({ op, fact }: Change, live: Live): string[] {
  if (kindOf(fact.kind).group === undefined) return [];
  const closed = live.rights.closedSchemas.find(({ schema }) => schema === fact.id['schema']);
  if (closed === undefined) return [];
  const declared = live.graph.schemas.find(({ name }) => name === closed.schema)?.owner;
  const changes = op !== 'drop' && live.mode !== 'additive';
  return [closed.owner, ...(changes && declared !== undefined ? [declared] : [])].filter(
    (owner) => meansToActAs(owner, live, new Set()) === 'lent',
  );
}
