import { ownerOfClosed } from '../authority/closed-schemas.ts';
import { meansToActAs } from '../authority/means.ts';
import type { Change } from './diff.ts';
import { declaredSchemaOwner } from '../graph-index.ts';
import type { Live } from '../live.ts';
import type { Statement } from '../statement.ts';
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
  const schema = fact.id['schema'];
  const closedTo = schema === undefined ? undefined : ownerOfClosed(live.rights, schema);
  if (schema === undefined || closedTo === undefined) return [];
  const declared = declaredSchemaOwner(live.graph, schema);
  const changes = op !== 'drop' && live.mode !== 'additive';
  return [closedTo, ...(changes && declared !== undefined ? [declared] : [])].filter(
    (owner) => meansToActAs(owner, live, new Set()) === 'lent',
  );
}
