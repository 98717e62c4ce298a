import { describe, expect, test } from '@jest/globals';
import type { RoleRights } from '../../core/live.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import {
  type Entry,
  managerLive,
  objectWith,
  planFor,
  sqlFor,
  superuserSql,
  tableRules,
} from './grant-rows.ts';

describe('what the owner granted', () => {
  const undeclared: Entry[] = [['ana', 'owner', 'SELECT', false]];

  test('is revoked by a connection that inherits the privileges of the owner and cannot become it', () => {
    const live = managerLive(tableRules(['ana']), { inherited: ['owner'] });
    const plan = planFor(live, [objectWith(undeclared)]);
    expect(plan.findings).toEqual([]);
    expect(sqlFor(live, [objectWith(undeclared)])).toEqual([
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
    ]);
  });

  test('is revoked as the owner where the connection has a grant option of its own', () => {
    const acl: Entry[] = [...undeclared, ['manager', 'owner', 'SELECT', true]];
    const live = managerLive(tableRules(['ana']), { usable: ['owner'] });
    expect(sqlFor(live, [objectWith(acl)])).toEqual([
      'as owner: REVOKE SELECT ON TABLE app.t FROM "ana"',
    ]);
  });

  test('is revoked by a superuser without SET ROLE, even one that has a grant option', () => {
    const acl: Entry[] = [...undeclared, ['postgres', 'owner', 'SELECT', true]];
    expect(superuserSql(tableRules(['ana']), [objectWith(acl)])).toEqual([
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
    ]);
  });
});

describe('a privilege is granted without the rights of the owner', () => {
  const rules = tableRules(['ana'], [{ role: 'ana' }]);
  const checked = (acl: readonly Entry[], rights: Partial<RoleRights>): void => {
    const live = managerLive(rules, rights);
    checkPlan(planFor(live, [objectWith(acl)]), live);
  };

  test('by each of two roles that have the grant option', () => {
    const acl: Entry[] = [
      ['manager', 'owner', 'SELECT', true],
      ['zoe', 'owner', 'SELECT', true],
    ];
    expect(() => {
      checked(acl, {});
    }).not.toThrow();
  });

  test.each(['usable', 'inherited'] as const)('by a member of a role that has it: %s', (way) => {
    expect(() => {
      checked([['lead', 'owner', 'SELECT', true]], { [way]: ['lead'] });
    }).not.toThrow();
  });

  test('but not by a role that has the privilege without the grant option', () => {
    expect(() => {
      checked([['manager', 'owner', 'SELECT', false]], {});
    }).toThrow(/lacks the rights of role "owner"/);
  });
});

describe('a grantor without USAGE on the schema', () => {
  const rules = tableRules(['ana']);
  const entry = (privilege: string, shutOutBy: string): Entry => [
    'ana',
    'stranger',
    privilege,
    false,
    shutOutBy,
  ];

  test('gets it from the owner of each schema for the one REVOKE', () => {
    const objects = ['shop', 'app'].map((schema) =>
      objectWith([entry('SELECT', `${schema}_owner`)], { schema, sql: `${schema}.t` }),
    );
    expect(superuserSql(rules, objects)).toEqual([
      'GRANT USAGE ON SCHEMA "app" TO "stranger"',
      'GRANT USAGE ON SCHEMA "shop" TO "stranger"',
      'as stranger: REVOKE SELECT ON TABLE app.t, shop.t FROM "ana"',
      'REVOKE USAGE ON SCHEMA "app" FROM "stranger"',
      'REVOKE USAGE ON SCHEMA "shop" FROM "stranger"',
    ]);
  });

  test('gets it for several schemas of one owner at once, in the order of their names', () => {
    const objects = ['shop', 'app'].map((schema) =>
      objectWith([entry('SELECT', 'boss')], { schema, sql: `${schema}.t` }),
    );
    expect(superuserSql(rules, objects)).toEqual([
      'GRANT USAGE ON SCHEMA "app", "shop" TO "stranger"',
      'as stranger: REVOKE SELECT ON TABLE app.t, shop.t FROM "ana"',
      'REVOKE USAGE ON SCHEMA "app", "shop" FROM "stranger"',
    ]);
  });

  test('revokes nothing where the connection has no rights of the owner of the schema', () => {
    const objects = [objectWith([entry('SELECT', 'boss')])];
    const messages = (usable: readonly string[]): string[] =>
      planFor(managerLive(rules, { usable }), objects).findings.map(({ message }) => message);
    expect(messages(['stranger', 'boss'])).toEqual([]);
    expect(messages(['stranger'])).toEqual([
      expect.stringMatching(
        /manager cannot revoke it, only boss, one of its members or a superuser/,
      ),
    ]);
  });
});
