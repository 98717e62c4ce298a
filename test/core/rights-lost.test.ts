import { describe, expect, test } from '@jest/globals';
import { dropOrder } from '../../core/plan/drop-order.ts';
import type { Way } from '../../core/way.ts';
import { managerLive, objectWith } from './grant-rows.ts';
import {
  type Planned,
  changesOf,
  checked,
  inOrder,
  memberWay,
  planned,
  reversed,
} from './planned-rights.ts';
import { retiredRow } from './retired-row.ts';

const ownWays = [memberWay('dba', 'manager'), memberWay('lead', 'manager')];
const create = { via: 'grant', type: 'database', name: 'shop', owner: 'dba' } as const;
const createWay: Way = { ...create, privilege: 'CREATE', grantee: 'lead' };

function schemaIsCreated(
  ways: readonly Way[],
  given: { readonly privilege?: string; readonly grantable?: boolean; readonly rule?: string } = {},
): Planned {
  const { privilege = 'CREATE', grantable = false, rule = '' } = given;
  const manifest = `roles: [{ name: lead, external: true }]\nschemas: [{ name: fresh }]\n${rule}`;
  const database = { kind: 'database_grant', schema: null, name: 'shop', sql: 'shop' };
  return planned(manifest, { usable: ['dba', 'lead'], createsSchemas: true, ways }, [
    objectWith([['lead', 'dba', privilege, grantable]], { ...database, owner: 'dba' }),
  ]);
}

describe('a plan that creates a schema and revokes a privilege on the database', () => {
  test('revokes CREATE last if the connected role creates the schema by it', () => {
    const found = schemaIsCreated([...ownWays, createWay]);
    expect(changesOf(found)).toEqual(['create schema', 'drop database_grant']);
    expect(found.plan.dropsAtEnd).toBe(true);
    expect(checked(found)).not.toThrow();
  });

  test.each<[string, readonly Way[], string]>([
    ['another privilege', [createWay], 'CONNECT'],
    ['CREATE on another database', [{ ...createWay, name: 'other' }], 'CREATE'],
    ['CREATE, which PUBLIC has too', [createWay, { ...createWay, grantee: 'PUBLIC' }], 'CREATE'],
  ])('revokes in the usual order what it does not depend on: %s', (_what, ways, privilege) => {
    const found = schemaIsCreated([...ownWays, ...ways], { privilege });
    expect(found.plan.dropsAtEnd).toBe(false);
    expect(changesOf(found)).toContain('drop database_grant');
    expect(checked(reversed(found))).not.toThrow();
  });

  test('is refused if CREATE is revoked first, with the change that takes it and the remedy', () => {
    expect(checked(reversed(schemaIsCreated([...ownWays, createWay])))).toThrow(
      expect.objectContaining({
        code: 'InsufficientPrivileges',
        message:
          'the connected role "manager" has CREATE on database "shop" only through what the plan takes away (CREATE on database shop is revoked from lead), but needs it for: schema fresh is created',
        hint: 'Do this as an administrator, so that pgwarden does not depend on what the plan takes away: run GRANT CREATE ON DATABASE "shop" TO "manager". Or remove that from the policy.',
        details: ['schema fresh is created'],
      }),
    );
  });

  test('depends on nothing of it if only the grant option is revoked', () => {
    const rule =
      'grants: [{ role: lead, privileges: [CREATE], object: { type: database, name: shop } }]';
    const found = schemaIsCreated([...ownWays, createWay], { grantable: true, rule });
    expect(changesOf(found)).toContain('alter database_grant');
    expect(checked(found)).not.toThrow();
    expect(checked(reversed(found))).not.toThrow();
  });
});

describe('a plan that revokes the membership by which the connected role has the rights of an owner', () => {
  const manifest = `roles: [{ name: dba, external: true }]
memberships: [{ role: lead, exclusive: true, members: [{ name: reader }] }]
schemas: [{ name: app, owner: dba }]`;
  const edge = { kind: 'membership', role: 'lead', grantor: 'dba', creator: false };
  const member = { ...edge, inherit: true, set: true };
  const rows = [
    { kind: 'schema', name: 'app', owner: 'lead' },
    { ...member, member: 'grp', admin: false },
    { ...member, member: 'reader', admin: false },
  ];
  const rights = {
    usable: ['dba', 'grp', 'lead'],
    grantable: ['lead'],
    createsSchemas: true,
    attributes: ['CREATEROLE'],
  };
  const found = (ways: readonly Way[]): Planned => planned(manifest, { ...rights, ways }, rows);
  const permanent: Way = { ...createWay, grantee: 'PUBLIC' };
  const taken = [
    memberWay('dba', 'manager'),
    memberWay('lead', 'manager', { admin: true, inherit: false, set: false }),
    memberWay('grp', 'manager'),
    memberWay('lead', 'grp'),
  ];

  test('changes the owner of the schema before, although ADMIN OPTION would let it join the owner again', () => {
    expect(changesOf(found([...taken, permanent]))).toEqual(['alter schema', 'drop membership']);
    expect(found([...taken, permanent]).plan.dropsAtEnd).toBe(true);
  });

  test('is refused in the other order', () => {
    expect(checked(reversed(found([...taken, permanent])))).toThrow(
      /the rights of role "lead" only through what the plan takes away \(grp leaves lead\), but needs it for: schema app gets owner dba$/,
    );
  });

  test('keeps its usual order if the same membership exists from another grantor', () => {
    const again = memberWay('lead', 'grp', { grantor: 'postgres' });
    const both = found([...taken, again, permanent]);
    expect(both.plan.dropsAtEnd).toBe(false);
    expect(checked(reversed(both))).not.toThrow();
  });
});

describe('a plan that drops a role through which the connected role reaches a group', () => {
  const manifest = (more: string): string => `roles: [{ name: reader, external: true }]\n${more}`;
  const ways = [
    memberWay('lead', 'manager', { admin: true }),
    memberWay('grp', 'lead', { admin: true }),
  ];
  const rights = {
    usable: ['lead', 'grp'],
    grantable: ['lead', 'grp'],
    attributes: ['CREATEROLE'],
    ways,
  };
  const lead = { ...retiredRow, role: 'lead' };

  test('is refused if it adds a member to the group, whose grantor must keep ADMIN OPTION', () => {
    const given = manifest(
      'memberships: [{ role: grp, members: [{ name: reader }] }]\nretirements: [{ role: lead }]',
    );
    expect(checked(planned(given, rights, [lead]))).toThrow(
      /has ADMIN OPTION on role "grp" only through what the plan takes away \(role lead is retired\), but needs it for: reader joins grp$/,
    );
  });

  test('is refused with the role, and not with what the plan takes before the member joins', () => {
    const given = `roles: [{ name: reader, external: true }, { name: dba, external: true }]
memberships: [{ role: grp, members: [{ name: reader }] }]
retirements: [{ role: lead }]`;
    const onDatabase = { kind: 'database_grant', schema: null, name: 'shop', sql: 'shop' };
    const found = planned(
      given,
      {
        ...rights,
        usable: ['lead', 'grp', 'owner'],
        inherited: ['dba'],
        ways: [...ways, memberWay('dba', 'manager'), { ...createWay, grantee: 'dba' }],
      },
      [lead, objectWith([['dba', 'owner', 'CREATE', false]], onDatabase)],
    );
    const first = 'CREATE on database shop is revoked from dba';
    const order = [first, 'reader joins grp', 'role lead is retired'];
    expect(checked(inOrder(found, order))).toThrow(
      /takes away \(role lead is retired\), but needs it for: reader joins grp$/,
    );
  });
});

describe('the refusal of a plan in the wrong order names only the rights that the plan takes', () => {
  const leaving = { kind: 'membership', role: 'grp', member: 'lead', grantor: 'postgres' };
  const options = { creator: false, admin: false, inherit: true, set: true };
  const ways = [memberWay('grp', 'lead', { grantor: 'manager' }), memberWay('lead', 'manager')];
  const external = (more: string): string =>
    `roles: [{ name: reader, external: true }]\nmemberships: [{ role: grp, exclusive: true, members: [{ name: zoe }] }]\n${more}`;

  test('not the ADMIN OPTION that a revoked membership needs and that stays', () => {
    const admin = { admin: true, inherit: false, set: false };
    const found = planned(
      `memberships: [{ role: grp, exclusive: true, members: [{ name: zoe }] }, { role: dba, exclusive: true, members: [{ name: zoe }] }]`,
      {
        usable: ['lead', 'dba'],
        grantable: ['grp', 'dba'],
        ways: [
          memberWay('dba', 'lead', { grantor: 'manager' }),
          memberWay('lead', 'manager'),
          memberWay('dba', 'manager', { ...admin, grantor: 'postgres' }),
          memberWay('grp', 'manager', { ...admin, grantor: 'postgres' }),
        ],
      },
      [
        { ...leaving, ...options, member: 'reader', grantor: 'dba' },
        { ...leaving, ...options, role: 'dba', grantor: 'manager' },
        { ...leaving, ...options, member: 'zoe' },
        { ...leaving, ...options, role: 'dba', member: 'zoe' },
      ],
    );
    expect(checked(reversed(found))).toThrow(
      expect.objectContaining({
        message:
          'the connected role "manager" has the rights of role "dba" only through what the plan takes away (lead leaves dba), but needs it for: reader leaves grp',
        hint: 'Do this as an administrator, so that pgwarden does not depend on what the plan takes away: run GRANT "dba" TO "manager". Or remove that from the policy.',
      }),
    );
  });

  test('not the rights of the owner of a schema, if what it takes is USAGE on the schema', () => {
    const usage = { via: 'grant', type: 'schema', privilege: 'USAGE', name: 'app' } as const;
    const found = planned(
      'roles: [{ name: lead, external: true }, { name: reader, external: true }]\ngrants: [{ role: reader, privileges: [SELECT], object: { type: table, schema: app, name: t } }]',
      {
        grantable: ['owner'],
        ways: [
          memberWay('owner', 'manager', { admin: true, inherit: false, set: false }),
          memberWay('lead', 'manager'),
          { ...usage, owner: 'owner', grantee: 'lead' },
        ],
      },
      [
        { kind: 'schema', name: 'app', owner: 'owner' },
        objectWith([['lead', 'owner', 'USAGE', false]], {
          kind: 'schema_grant',
          schema: null,
          name: 'app',
          sql: 'app',
        }),
        objectWith([]),
      ],
    );
    expect(checked(reversed(found))).toThrow(
      expect.objectContaining({
        message:
          'the connected role "manager" has USAGE on schema "app" only through what the plan takes away (USAGE on schema app is revoked from lead), but needs it for: SELECT on table t in schema app is granted to reader',
        hint: 'Do this as an administrator, so that pgwarden does not depend on what the plan takes away: run GRANT USAGE ON SCHEMA "app" TO "manager". Or remove that from the policy.',
      }),
    );
  });

  test('not the rights of an owner, if what it takes is a role with the grant option', () => {
    const found = planned(
      external(
        'grants: [{ role: reader, privileges: [SELECT], object: { type: table, schema: app, name: t } }]',
      ),
      { usable: ['lead', 'grp'], grantable: ['grp'], ways },
      [
        { kind: 'schema', name: 'app', owner: 'owner' },
        { ...leaving, ...options, grantor: 'manager' },
        { ...leaving, ...options, member: 'zoe' },
        objectWith([['grp', 'owner', 'SELECT', true]]),
      ],
    );
    expect(checked(reversed(found))).toThrow(
      /^the connected role "manager" has the rights of role "grp" only through what the plan takes away \(lead leaves grp\), but needs it for: SELECT on table t in schema app is granted to reader$/,
    );
  });
});

describe('the order in which roles are dropped', () => {
  const sorted = (ways: readonly Way[], names: readonly string[]): string[] => {
    const live = managerLive('roles: []', { ways });
    return [...names].sort(dropOrder(live));
  };

  test('puts a role that is reached through another before it, whatever the order of memberships', () => {
    const ways = [memberWay('c', 'b'), memberWay('b', 'a'), memberWay('a', 'manager')];
    expect(sorted(ways, ['a', 'b', 'c'])).toEqual(['c', 'b', 'a']);
    expect(sorted([...ways].reverse(), ['b', 'a', 'c'])).toEqual(['c', 'b', 'a']);
  });

  test('goes by the longest path to a role', () => {
    const ways = [memberWay('c', 'manager'), memberWay('b', 'manager'), memberWay('c', 'b')];
    expect(sorted(ways, ['b', 'c'])).toEqual(['c', 'b']);
  });

  test('leaves roles alone that no path leads to', () => {
    expect(sorted([memberWay('a', 'manager'), createWay], ['x', 'a', 'y'])).toEqual([
      'a',
      'x',
      'y',
    ]);
  });

  test('ends even for a circle of memberships', () => {
    expect(sorted([memberWay('a', 'b'), memberWay('b', 'a')], ['a', 'b'])).toHaveLength(2);
  });
});
