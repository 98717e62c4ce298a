import type { Authorized } from '../authorized.ts';
import { roleName } from '../catalog/role-name.ts';
import { z } from 'zod';
import type { Lack } from '../need.ts';
import type { ObjectKind } from '../kind.ts';
import { type Edit, type Fact, usualEffect } from '../fact.ts';
import type { Live } from '../live.ts';
import type { Statement } from '../statement.ts';
import { isAmong } from '../once-per.ts';
import { quoteIdentifier } from '../sql.ts';

/** A schema and its owner. */
export interface SchemaFact extends Fact {
  readonly kind: 'schema';
  readonly id: { readonly name: string };
  readonly state: { readonly owner: string };
}

const row = z.object({ name: z.string(), owner: z.string() });

export const schema: ObjectKind<
  SchemaFact,
  z.infer<typeof row>,
  'schemas_created' | 'schema_owners_altered'
> = {
  name: 'schema',
  inspect: {
    sql: () => `
    SELECT json_build_object('kind', 'schema', 'name', s.name, 'owner', ${roleName('s.nspowner')})
      FROM scope_schema s`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, { graph }) => {
    const declared = new Set(graph.schemas.map(({ name }) => name));
    return rows
      .filter(({ name }) => declared.has(name))
      .map(({ name, owner }) => fact(name, owner));
  },
  desired: (rows, { graph, server }) => {
    const owners = new Map(rows.map(({ name, owner }) => [name, owner]));
    return graph.schemas.map(({ name, owner }) =>
      fact(name, owner ?? owners.get(name) ?? server.user),
    );
  },
  missing: missingSchemas,
  key: ({ name }) => name,
  needs: ({ state }) => [{ kind: 'role', key: state.owner }],
  governs: () => false,
  effect: usualEffect,
  takes: (edit, live) => [
    ...(edit.op === 'alter'
      ? [{ role: edit.from.state.owner, right: 'privileges', besides: true } as const]
      : []),
    { role: edit.fact.state.owner, right: 'become' },
    ...(makesAsOwner(edit, live)
      ? [{ role: edit.fact.state.owner, right: 'privileges', besides: true } as const]
      : []),
  ],
  lacks: lacksForSchema,
  render: (edits, { server }) => edits.map((edit) => renderSchema(edit, server)),
  explain: ({ op, fact: { id, state } }) =>
    op === 'create'
      ? `schema ${id.name} is created`
      : `schema ${id.name} gets owner ${state.owner}`,
  summary: {
    schemas_created: { place: 50, line: ['+', 'schema'] },
    schema_owners_altered: { place: 60, line: ['~', 'schema owner'] },
  },
  counts: ({ op, fact: { id } }) => [
    { as: op === 'create' ? 'schemas_created' : 'schema_owners_altered', once: id.name },
  ],
};

function fact(name: string, owner: string): SchemaFact {
  return { kind: 'schema', id: { name }, state: { owner } };
}

/** To create a schema or change its owner requires CREATE on the database, which the owner of the database has. */
function lacksForSchema({ op, fact: { state } }: Edit<SchemaFact>, live: Live): Lack[] {
  const { server, rights } = live;
  if (op === 'drop' || server.superuser || rights.createsSchemas) return [];
  // it can join the owner for the transaction, and the owner may have the privilege
  if (isAmong(rights.grantable, state.owner)) return [];
  const database = quoteIdentifier(server.database);
  const grant = `GRANT CREATE ON DATABASE ${database} TO ${quoteIdentifier(server.user)}`;
  return [{ what: `CREATE on database ${database}`, remedy: `run ${grant}` }];
}

/** Whether the connected role creates schemas with the CREATE privilege of the database owner: see `lacksForSchema`. */
function makesAsOwner(
  { op, fact: { state } }: Edit<SchemaFact>,
  { server, rights }: Live,
): boolean {
  if (op === 'drop' || server.superuser || rights.createsSchemas) return false;
  return isAmong(rights.grantable, state.owner);
}

/** Schemas that a manifest only names must exist: PostgreSQL refuses the statement, or a wildcard matches nothing. */
function missingSchemas(rows: readonly { name: string }[], { graph }: Live): string[] {
  const known = new Set([...rows, ...graph.schemas].map(({ name }) => name));
  const named = [
    ...graph.grants.flatMap(({ object }) => (object.schema === undefined ? [] : [object.schema])),
    ...graph.defaultPrivileges.flatMap((entry) => entry.schema ?? []),
    ...graph.ownerships.flatMap(({ object }) => object.schema ?? []),
  ];
  return [...new Set(named)]
    .filter((name) => !known.has(name))
    .map((name) => `schema ${quoteIdentifier(name)}`);
}

function renderSchema(edit: Authorized<Edit<SchemaFact>>, server: Live['server']): Statement {
  const { id, state } = edit.fact;
  const why = schema.explain(edit);
  const name = quoteIdentifier(id.name);
  const owner = quoteIdentifier(state.owner);
  const creating = edit.authority.needs
    .filter(({ right, role }) => right === 'privileges' && role === state.owner)
    .map(({ role }) => role);
  if (edit.op === 'create') {
    const authorization = state.owner === server.user ? '' : ` AUTHORIZATION ${owner}`;
    return {
      text: `CREATE SCHEMA ${name}${authorization}`,
      why,
      risk: 'none',
      affects: [state.owner],
      rights: creating,
      becomes: [state.owner],
    };
  }
  const before = edit.op === 'alter' ? [edit.from.state.owner] : [];
  return {
    text: `ALTER SCHEMA ${name} OWNER TO ${owner}`,
    why,
    risk: 'loses access',
    affects: [...before, state.owner],
    rights: [...before, ...creating],
    becomes: [state.owner],
  };
}
