import { mayActAs } from '../../authority/reach.ts';
import type { CodeSource, ObjectGroup } from '../../acl.ts';
import type { GrantSpec, OwnershipSpec } from '../../graph.ts';
import type { Live } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { everyone } from '../../public.ts';
import { quoteIdentifier } from '../../sql.ts';
import { targetKey } from '../../target-key.ts';

/** What decides whether somebody could attach code to an object. */
type Known = Pick<Live, 'graph' | 'reach' | 'server' | 'judged'>;

/** The object, by the type that it, or what it belongs to, has in a manifest. */
interface Exposed extends Pick<ObjectGroup, 'schema'> {
  readonly sources: readonly CodeSource[] | null | undefined;
  readonly type: string;
  readonly name: string | null;
}

/**
 * Those who could still make an object run code as its new owner, and may not act as that one. Whoever has a privilege
 * that the policy grants is the administrator's choice; what the policy takes away in the same plan is gone before anybody
 * can use it, because the object is locked until then.
 */
export function strangersToCode(object: Exposed, owner: string, live: Known): CodeSource[] {
  return (object.sources ?? []).filter(
    (source) =>
      !isDecided(object, source, live) && !mayAct(ownerToBe(source, owner, live), owner, live),
  );
}

/** The same where the policy decides nothing about the object: outside its schemas, or in another database. */
export function strangersToCodeOf(
  sources: readonly CodeSource[],
  owner: string,
  live: Known,
): CodeSource[] {
  return sources.filter(([role]) => !mayAct(role, owner, live));
}

/** In words, as what a role does. */
export function explainSource([role, by, schema, name]: CodeSource): string {
  if (by === unknown) return 'more leads to it than pgwarden follows';
  const who = role === everyone ? 'everyone' : quoteIdentifier(role);
  if (schema === null) return `${who} has ${by} on it`;
  const type = by.replaceAll('_', ' ');
  const near = `in schema ${quoteIdentifier(schema)} that it belongs to, contains or reads`;
  if (relations.includes(by)) return `${who} owns a ${type} ${near}`;
  return name === null
    ? `${who} has ${by} on a table ${near}`
    : `${who} owns ${type} ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** What stands for all sources where the search for them was stopped. */
const unknown = 'unknown';

function mayAct(role: string, owner: string, live: Known): boolean {
  return role !== everyone && mayActAs(role, owner, live);
}

/** Privileges alone are decided: those on the object by rules that mean it, and those on others by rules for all tables. */
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

function ownTargets({ type, name }: Exposed): string[] {
  return [...['*', ...(name === null ? [] : [name])].map((each) => `${type} ${each}`), 'column'];
}

/** By role, privilege, schema and object; a rule about one column counts for all of them. */
const privilegesInRules = oncePer(
  (grants: readonly GrantSpec[]): ReadonlySet<string> =>
    new Set(
      grants.flatMap(({ role, privileges, object: { type, schema, name } }) =>
        privileges.map((privilege) =>
          JSON.stringify([role, privilege, schema, type === 'column' ? type : `${type} ${name}`]),
        ),
      ),
    ),
);

/**
 * Who decides what another object does once the plan is carried out. A type has been followed to its code, so that its new
 * owner counts. A relation gets the same owner or, where it has code, none. A function is what its owner made of it.
 */
function ownerToBe([role, by, schema, name]: CodeSource, owner: string, live: Known): string {
  const declared = schema === null ? undefined : ownerByRules(by, schema, name, live);
  if (['type', 'domain'].includes(by)) return declared ?? role;
  return relations.includes(by) && declared === owner ? owner : role;
}

const relations = ['table', 'view', 'materialized_view'];

/** Who owns another object once the plan is carried out, where the manifest says it. */
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
