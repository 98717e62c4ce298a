import { readColumnName } from '../../column-name.ts';
import { mayActAs } from '../../authority/reach.ts';
import type { CodeSource, ObjectGroup } from '../../acl.ts';
import type { GrantSpec, OwnershipSpec } from '../../graph.ts';
import type { Live } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { everyone } from '../../public.ts';
import { quoteIdentifier } from '../../sql.ts';
import { targetKey } from '../../target-key.ts';

/** The facts that decide whether a role could attach code to an object. */
type Known = Pick<Live, 'graph' | 'reach' | 'server' | 'judged'>;

/** The object. Its type is the one that it, or the object it belongs to, has in a manifest. */
interface Exposed extends Pick<ObjectGroup, 'schema'> {
  readonly sources: readonly CodeSource[] | null | undefined;
  readonly type: string;
  readonly name: string | null;
}

/**
 * Roles that could still make an object run code as its new owner and cannot act as that owner. A privilege that the
 * policy grants is the administrator's decision and does not count. A privilege that the same plan revokes does not
 * count either: nobody can use it any more, because the plan locks the object until then.
 */
export function strangersToCode(object: Exposed, owner: string, live: Known): CodeSource[] {
  return (object.sources ?? []).filter(
    (source) =>
      !isDecided(object, source, live) && !mayAct(ownerToBe(source, owner, live), owner, live),
  );
}

/**
 * The same for an object about which the policy decides nothing: it is outside the policy's schemas, or in another
 * database.
 */
export function strangersToCodeOf(
  sources: readonly CodeSource[],
  owner: string,
  live: Known,
): CodeSource[] {
  return sources.filter(([role]) => !mayAct(role, owner, live));
}

/** The source as a clause that says what the role can do. */
export function explainSource([role, by, schema, name]: CodeSource): string {
  if (by === unknown) return 'too many objects lead to it for pgwarden to follow them all';
  const who = role === everyone ? 'everyone' : quoteIdentifier(role);
  if (schema === null) return `${who} has ${by} on it`;
  const type = by.replaceAll('_', ' ');
  const near = `in schema ${quoteIdentifier(schema)} that it belongs to, contains or reads`;
  if (relations.includes(by)) return `${who} owns a ${type} ${near}`;
  return name === null
    ? `${who} has ${by} on a table ${near}`
    : `${who} owns ${type} ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** The source that stands for all sources when the search reached its limit. */
const unknown = 'unknown';

function mayAct(role: string, owner: string, live: Known): boolean {
  return role !== everyone && mayActAs(role, owner, live);
}

/**
 * Only privileges can be decided: those on the object by rules that cover it, and those on other objects by rules for
 * all tables.
 */
function isDecided(
  object: Exposed,
  [role, privilege, schema, name]: CodeSource,
  { graph, judged }: Known,
): boolean {
  if (name !== null || relations.includes(privilege)) return false;
  if (judged.has(role)) return true;
  const rules = privilegesInRules(graph.grants);
  const targets = schema === null ? ownTargets(object) : ['table *'];
  return targets.some((target) =>
    rules.has(JSON.stringify([role, privilege, schema ?? object.schema, target])),
  );
}

/** The objects of a group have no names here, so only a rule for all of them can cover them. */
function ownTargets({ type, name }: Exposed): string[] {
  const named = name === null ? [] : [`${type} ${name}`, `column ${name}`];
  return [`${type} *`, ...named];
}

/**
 * The key consists of role, privilege, schema and object. A grant on one column counts for all columns of its table. An
 * absence rule for a column does not count: the role may have the same privilege on another column, where it stays.
 */
const privilegesInRules = oncePer((grants: readonly GrantSpec[]): ReadonlySet<string> => {
  const deciding = grants.filter(
    ({ ensure, object }) => ensure === 'present' || object.type !== 'column',
  );
  return new Set(
    deciding.flatMap(({ role, privileges, object: { type, schema, name } }) =>
      privileges.map((privilege) =>
        JSON.stringify([
          role,
          privilege,
          schema,
          `${type} ${type === 'column' ? readColumnName(name).relation : name}`,
        ]),
      ),
    ),
  );
});

/**
 * The role that decides what another object does after the plan. The search follows a type to its code, so the type's
 * new owner counts. A relation gets the same new owner or, if it has code, keeps its own. A function does what its
 * present owner wrote.
 */
function ownerToBe([role, by, schema, name]: CodeSource, owner: string, live: Known): string {
  const declared = schema === null ? undefined : ownerByRules(by, schema, name, live);
  if (['type', 'domain'].includes(by)) return declared ?? role;
  return relations.includes(by) && declared === owner ? owner : role;
}

const relations = ['table', 'view', 'materialized_view'];

/** The owner that the manifest declares for another object, if it declares one. */
function ownerByRules(
  type: string,
  schema: string,
  name: string | null,
  { graph }: Known,
): string | undefined {
  const owners = ownersByTarget(graph.ownerships);
  const words = type === 'domain' ? ['domain', 'type'] : [type];
  return words
    .flatMap((word) => [...(name === null ? [] : [`${word} ${name}`]), `${word} *`])
    .flatMap((target) => owners.get(targetKey(schema, target)) ?? [])[0];
}

const ownersByTarget = oncePer(
  (ownerships: readonly OwnershipSpec[]): ReadonlyMap<string, string> =>
    new Map(
      ownerships.map(({ owner, object: { type, schema, name } }) => [
        targetKey(schema, `${type} ${name}`),
        owner,
      ]),
    ),
);
