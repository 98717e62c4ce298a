import { describe, expect, test } from '@jest/globals';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { Live, RoleRights } from '../../core/live.ts';
import { finished } from '../../core/parts.ts';
import { claimProof } from '../../core/plan/proven-claim.ts';
import { type Entry, managerLive, objectWith, tableRules } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { roleRow } from './role-row.ts';
import { superuserLive } from './superuser.ts';

const isProven = (live: Live, rows: readonly object[]): boolean =>
  finished(
    claimProof(decodeRows([{ kind: 'schema', name: 'app', owner: 'owner' }, ...rows]), live),
  );

/** Whether role manager with these rights proves the claim of a manifest. */
const proves = (manifest: string, rights: Partial<RoleRights>, rows: readonly object[]): boolean =>
  isProven(managerLive(manifest, rights), rows);

const createrole = ['CREATEROLE'];

describe('a claim to roles', () => {
  const clerk = 'roles: [{ name: clerk }]';
  const both = 'roles: [{ name: clerk }, { name: boss }]';
  const clerkRow = roleRow('clerk');
  const bossRow = roleRow('boss');

  test('that exist as declared is proven with the right to alter each of them', () => {
    const rights = { attributes: createrole, grantable: ['clerk'] };
    expect(proves(clerk, rights, [clerkRow])).toBe(true);
    expect(proves(clerk, { attributes: createrole }, [clerkRow])).toBe(false);
    expect(proves(clerk, { grantable: ['clerk'] }, [clerkRow])).toBe(false);
    expect(proves(both, rights, [clerkRow, bossRow])).toBe(false);
    expect(proves(both, { ...rights, grantable: ['clerk', 'boss'] }, [clerkRow, bossRow])).toBe(
      true,
    );
  });

  test('that do not exist is proven with the right to create roles', () => {
    expect(proves(clerk, { attributes: createrole }, [])).toBe(true);
    expect(proves(clerk, {}, [])).toBe(false);
  });

  test('that are retired is proven with the right to drop roles, also where they do not exist', () => {
    const retired = 'retirements: [{ role: legacy }]';
    expect(proves(retired, { attributes: createrole }, [])).toBe(true);
    expect(proves(retired, {}, [])).toBe(false);
    expect(proves(`${retired}\n${clerk}`, { attributes: createrole }, [])).toBe(true);
  });

  test('is proven by a superuser whatever it names', () => {
    const manifest = 'roles: [{ name: partner, external: true }]\nretirements: [{ role: legacy }]';
    expect(isProven(superuserLive(graphOf(manifest)), [roleRow('partner')])).toBe(true);
    expect(proves(manifest, { attributes: createrole }, [roleRow('partner')])).toBe(false);
  });
});

describe('a claim to the access of roles outside the policy', () => {
  const rules = tableRules(['ana'], [{ role: 'ana' }]);
  const granted: Entry[] = [['ana', 'owner', 'SELECT', false]];
  const rows = (acl: readonly Entry[]): object[] => [roleRow('ana'), objectWith(acl)];

  test('needs the right to grant what they have already', () => {
    for (const acl of [granted, []]) {
      expect(proves(rules, { usable: ['owner'] }, rows(acl))).toBe(true);
      expect(proves(rules, {}, rows(acl))).toBe(false);
    }
  });

  test('is not proven for a role for which no rule needs a right', () => {
    const rights = { usable: ['owner'] };
    const alone = (role: string): string => rules.replace('roles: [', `roles: [${role}, `);
    const partner = roleRow('partner');
    for (const role of [
      '{ name: partner, external: true }',
      '{ name: partner, external: true, preserve_undeclared_grants: true }',
    ]) {
      expect(proves(alone(role), rights, [...rows(granted), partner])).toBe(false);
      expect(proves(alone(role), rights, rows(granted))).toBe(false);
    }
  });

  test('is not proven by a wildcard that means no object', () => {
    const wildcard = `
grants: [{ role: ana, privileges: [SELECT], object: { type: table, schema: app, name: '*' } }]`;
    const rights = { usable: ['owner'] };
    expect(proves(wildcard, rights, [roleRow('ana')])).toBe(false);
    const tables = objectWith(granted, { name: null, sql: null, group: 'g' });
    expect(proves(wildcard, rights, [roleRow('ana'), tables])).toBe(true);
  });
});

describe('a claim to the members of a group outside the policy', () => {
  const team = 'memberships: [{ role: team, members: [{ name: human }] }]';
  const people = [roleRow('team'), roleRow('human')];
  const member = {
    ...{ kind: 'membership', role: 'team', member: 'human', grantor: 'postgres' },
    ...{ creator: false, admin: false, inherit: true, set: true },
  };

  test('needs the right to grant the group, also where the members are as declared', () => {
    for (const rows of [people, [...people, member]]) {
      expect(proves(team, { grantable: ['team'] }, rows)).toBe(true);
      expect(proves(team, { attributes: createrole }, rows)).toBe(false);
    }
  });
});
