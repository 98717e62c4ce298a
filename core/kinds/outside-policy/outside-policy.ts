import { row, type OutsideRow } from './row.ts';
import type { Finding } from '../../finding.ts';
import type { RoleConfig, RoleGraph, RoleSpec } from '../../graph.ts';
import type { Inspector } from '../../inspector.ts';
import type { Live, ServerFacts } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { grantKinds } from '../grant/types/all.ts';
import { outsidePolicyMessage } from './message.ts';
import { outsidePolicyQuery } from './sql.ts';

/**
 * What declared roles have where the policy does not look: other schemas, databases and groups, and what they own
 * undeclared. pgwarden reports it and never changes it.
 */
export const outsidePolicy: Inspector<OutsideRow> = {
  name: 'outside_policy',
  inspect: outsidePolicyQuery(grantKinds),
  decode: (value) => row.parse(value),
  findings: (rows, live) => merged(reported(rows, live)).map(findingOf),
};

/** The rows about what the policy neither declares, nor treats as drift, nor preserves. */
function reported(rows: readonly OutsideRow[], { graph, server, managed }: Live): OutsideRow[] {
  const specs = new Map(graph.roles.map((spec) => [spec.name, spec]));
  const declared = new Set(graph.memberships.map(({ role, member }) => edgeKey(role, member)));
  const judged = new Set([...managed, ...graph.exclusiveGroups]);
  const isKept = (role: string): boolean => specs.get(role)?.preserveUndeclaredGrants === true;
  return rows.filter((found) => {
    switch (found.what) {
      case 'privileges':
        return !isKept(found.role);
      case 'defaults':
        return !isKept(found.role) && !judgesDefaults(found, graph);
      case 'member':
        if (graph.coverage === 'database') return false;
        return !judged.has(found.group) && !declared.has(edgeKey(found.group, found.role));
      case 'settings':
        return configFor(specs.get(found.role), found.database, server) === undefined;
      case 'owns':
      case 'elsewhere':
        return true;
    }
  });
}

const edgeKey = (group: string, member: string): string => `${group}\0${member}`;

/** The settings declared for a role in that database, or in all databases. */
function configFor(
  spec: RoleSpec | undefined,
  database: string | null,
  server: ServerFacts,
): RoleConfig | undefined {
  if (database === null) return spec?.config;
  return database === server.database ? spec?.databaseConfig : undefined;
}

/** Default privileges without a schema are drift if the policy declares some of that owner, or covers the database. */
function judgesDefaults(
  { schema, owner }: Extract<OutsideRow, { what: 'defaults' }>,
  { coverage, defaultPrivileges }: RoleGraph,
): boolean {
  if (coverage === 'database') return true;
  if (schema !== null) return false;
  return globalOwners(defaultPrivileges).has(owner);
}

const globalOwners = oncePer(
  (defaults: RoleGraph['defaultPrivileges']) =>
    new Set(defaults.flatMap(({ schema, owner }) => (schema === undefined ? owner : []))),
);

/** Joins the rows about one role and place, so that they become one sentence. */
function merged(rows: readonly OutsideRow[]): OutsideRow[] {
  const byPlace = new Map<string, OutsideRow>();
  for (const found of rows) {
    const key = placeOf(found);
    const other = byPlace.get(key);
    byPlace.set(key, other === undefined ? found : joined(other, found));
  }
  return [...byPlace.values()];
}

function placeOf(found: OutsideRow): string {
  return JSON.stringify(
    (found.what === 'privileges' || found.what === 'owns') && found.schema !== null
      ? [found.what, found.role, found.schema]
      : found,
  );
}

function joined(left: OutsideRow, right: OutsideRow): OutsideRow {
  if (!('schema' in left && 'counts' in left && 'schema' in right && 'counts' in right))
    return left;
  return { ...left, counts: { ...left.counts, ...right.counts } };
}

function findingOf(found: OutsideRow): Finding {
  return { code: 'OutsidePolicy', role: found.role, message: outsidePolicyMessage(found) };
}
