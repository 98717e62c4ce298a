import fc from 'fast-check';
import type { RoleGraph } from '../../core/graph.ts';
import type { LiveRows } from '../../core/live.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import { grantableTypes } from '../../core/registry.ts';
import { plainRole } from '../../core/plain-role.ts';
import { retiredRow } from './retired-row.ts';
import { roleRow } from './role-row.ts';

/** A random manifest and the rows of a random server, as raw rows so that they can be shuffled. */
export interface World {
  readonly graph: RoleGraph;
  readonly rows: readonly unknown[];
}

const roles = ['ana', 'ben', 'chief', 'dora', 'eve'];
const retired = ['old1', 'old2'];
const schemas = ['app', 'shop'];
const objectTypes = ['table', 'view', 'sequence', 'function', 'type'];

export function rowsOf({ rows }: World): LiveRows {
  return decodeRows(rows);
}

const anyRole = fc.constantFrom(...roles);
const anySchema = fc.constantFrom(...schemas);

const roleSpecs = fc.uniqueArray(
  fc
    .record({
      name: anyRole,
      login: fc.boolean(),
      createdb: fc.boolean(),
      connectionLimit: fc.constantFrom(-1, 5),
      comment: fc.constantFrom(undefined, 'one', "two's"),
      validUntil: fc.constantFrom(undefined, 1_900_000_000_000),
    })
    .map((given) => ({ ...plainRole, password: undefined, ...given })),
  { selector: ({ name }) => name },
);

const grantSpecs = fc.array(
  fc.oneof(
    fc
      .record({
        role: anyRole,
        type: fc.constantFrom(...objectTypes),
        schema: anySchema,
        name: fc.constantFrom('*', 'one', 'two'),
      })
      .chain(({ role, type, schema, name }) =>
        privilegesOf(type).map((privileges) => ({
          role,
          privileges,
          ensure: 'present' as const,
          grantable: false,
          object: { type, schema, name },
        })),
      ),
    fc.record({ role: anyRole, name: anySchema }).chain(({ role, name }) =>
      privilegesOf('schema').map((privileges) => ({
        role,
        privileges,
        ensure: 'present' as const,
        grantable: false,
        object: { type: 'schema', schema: undefined, name },
      })),
    ),
  ),
  { maxLength: 8 },
);

function privilegesOf(type: string): fc.Arbitrary<string[]> {
  return fc.subarray([...(grantableTypes[type]?.privileges ?? [])], { minLength: 1 });
}

/** Edges lead from a role to a later one in the list, so that there are no circles. */
const edges = fc
  .tuple(fc.nat(roles.length - 2), fc.nat(roles.length - 2), fc.boolean(), fc.boolean())
  .filter(([group, member]) => group <= member)
  .map(([group, member, admin, inherit]) => ({
    role: roles[group] ?? '',
    member: roles[member + 1] ?? '',
    admin,
    inherit,
    set: true,
  }));

const graphs: fc.Arbitrary<RoleGraph> = fc.record({
  roles: roleSpecs,
  schemas: fc.uniqueArray(
    fc.record({ name: anySchema, owner: fc.option(anyRole, { nil: undefined }) }),
    { selector: ({ name }) => name },
  ),
  grants: grantSpecs,
  defaultPrivileges: fc.array(
    fc
      .record({
        owner: anyRole,
        schema: fc.option(anySchema, { nil: undefined }),
        onType: fc.constantFrom('table', 'sequence', 'function', 'type'),
        grantee: anyRole,
      })
      .chain((given) =>
        privilegesOf(given.onType).map((privileges) => ({
          ...given,
          privileges,
          ensure: 'present' as const,
          grantable: false,
        })),
      ),
    { maxLength: 4 },
  ),
  absentMemberships: fc.constant([]),
  exclusiveGroups: fc.constant([]),
  ownerships: fc.constant([]),
  coverage: fc.constant('declared' as const),
  memberships: fc.uniqueArray(edges, { selector: ({ role, member }) => `${role} ${member}` }),
  retirements: fc.subarray(retired).map((names) =>
    names.map((role) => ({
      role,
      reassignOwnedTo: undefined,
      dropOwned: true,
      terminateSessions: true,
      allowDataLoss: true,
      adoptCode: false,
    })),
  ),
});

/** A grantor comes before its grantees, as always in PostgreSQL. */
function aclOf(type: string, owner: string): fc.Arbitrary<unknown[]> {
  const people = [...roles, ...retired];
  const entry = fc
    .tuple(
      fc.nat(people.length - 1),
      fc.nat(people.length),
      fc.constantFrom(...(grantableTypes[type]?.privileges ?? [])),
      fc.boolean(),
    )
    .map(([grantee, grantor, privilege, grantable]) => [
      people[grantee] ?? '',
      grantor < grantee ? (people[grantor] ?? '') : owner,
      privilege,
      grantable,
    ]);
  return fc.uniqueArray(entry, { maxLength: 6, selector: (parts) => parts.slice(0, 3).join() });
}

function objectRows(schema: string, type: string): fc.Arbitrary<unknown[]> {
  const row = (name: string | null, group: string | null): fc.Arbitrary<unknown> =>
    fc.constantFrom('postgres', ...roles).chain((owner) =>
      aclOf(type, owner).map((acl) => ({
        kind: `${type}_grant`,
        ...(grantableTypes[type]?.words === undefined ? {} : { subtype: type }),
        schema,
        name,
        sql: name === null ? null : `${schema}.${name}`,
        group,
        owner,
        count: 2,
        acl,
      })),
    );
  return fc.tuple(row('one', null), row('two', null), row(null, `${schema} ${type} group`));
}

function schemaRows(name: string): fc.Arbitrary<unknown[]> {
  const objects = fc.tuple(...objectTypes.map((type) => objectRows(name, type)));
  return fc.tuple(fc.constantFrom('postgres', ...roles), objects).chain(([owner, lists]) =>
    aclOf('schema', owner).map((acl) => [
      { kind: 'schema', name, owner },
      {
        kind: 'schema_grant',
        schema: null,
        name,
        sql: name,
        group: null,
        owner,
        count: 1,
        acl,
      },
      ...lists.flat(),
    ]),
  );
}

function roleRows(name: string): fc.Arbitrary<unknown[]> {
  return fc.record({ login: fc.boolean(), createdb: fc.boolean() }).map((flags) => [
    { ...roleRow(name), ...flags },
    { kind: 'password', role: name },
  ]);
}

const membershipRows = fc.uniqueArray(
  fc.tuple(edges, fc.constantFrom('postgres', 'ana')).map(([{ role, member, ...state }, by]) => ({
    kind: 'membership',
    role,
    member,
    grantor: member === 'ana' || role === 'ana' ? 'postgres' : by,
    creator: member === 'ana',
    ...state,
  })),
  { selector: ({ role, member, grantor }) => `${role} ${member} ${grantor}` },
);

const defaultRows = fc
  .uniqueArray(
    fc
      .record({
        owner: anyRole,
        schema: fc.constantFrom(null, ...schemas),
        grantee: fc.constantFrom(...roles, ...retired),
        privilege: fc.constantFrom('SELECT', 'INSERT', 'MAINTAIN'),
        grantable: fc.boolean(),
      })
      .filter(({ owner, grantee }) => owner !== grantee),
    {
      selector: ({ owner, schema, grantee, privilege }) =>
        [owner, schema, grantee, privilege].join(' '),
      maxLength: 5,
    },
  )
  .map((entries) =>
    entries.map(({ owner, schema, grantee, privilege, grantable }) => ({
      ...{ kind: 'default_privilege', owner, schema, letter: 'r' },
      acl: [[grantee, privilege, grantable]],
    })),
  );

/** Declared roles and schemas can be missing. Roles that are only named exist. */
export const worlds: fc.Arbitrary<World> = fc
  .tuple(graphs, fc.subarray(roles), fc.subarray(schemas))
  .chain(([graph, absentRoles, absentSchemas]) => {
    const declared = new Set(graph.roles.map(({ name }) => name));
    const created = new Set(graph.schemas.map(({ name }) => name));
    const presentRoles = roles.filter((name) => !absentRoles.includes(name) || !declared.has(name));
    const presentSchemas = schemas.filter(
      (name) => !absentSchemas.includes(name) || !created.has(name),
    );
    const grants = graph.grants.filter(
      ({ object: { schema, name } }) =>
        name === '*' || schema === undefined || presentSchemas.includes(schema),
    );
    const gone = graph.retirements.map(({ role }) => ({
      ...retiredRow,
      role,
      login: role === 'old1',
    }));
    return fc
      .tuple(
        fc.tuple(...[...presentRoles, ...retired].map(roleRows)),
        fc.tuple(...presentSchemas.map(schemaRows)),
        membershipRows,
        defaultRows,
      )
      .map(([people, places, members, defaults]) => ({
        graph: { ...graph, grants },
        rows: [...people.flat(), ...places.flat(), ...members, ...defaults, ...gone],
      }));
  });
