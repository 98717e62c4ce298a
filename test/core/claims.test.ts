import { describe, expect, test } from '@jest/globals';
import { claimsOf, isPartOf } from '../../core/claims.ts';
import { graphOf } from './parsed.ts';
import { superuserLive } from './superuser.ts';

describe('claims', () => {
  test('contain declared, generated and retired roles and declared schemas; grantees, groups and members are named separately, and owners are not claimed', () => {
    const graph = graphOf(`
profiles: { viewer: {} }
schemas: [{ name: shop, profiles: [viewer] }]
roles: [{ name: clerk }]
retirements: [{ role: legacy, reassign_owned_to: heir }]
memberships: [{ role: team, members: [{ name: human }] }]
grants:
  - { role: guest, privileges: [USAGE], object: { type: schema, name: public } }
  - { role: clerk, privileges: [USAGE], object: { type: schema, name: public } }
default_privileges:
  - { owner: writer, schema: shop, grant: [{ role: auditor, privileges: [SELECT], on_type: table }] }
`);
    expect(claimsOf(graph)).toEqual({
      roles: ['clerk', 'legacy', 'shop-viewer'],
      schemas: ['shop'],
      groups: ['team'],
      named: ['auditor', 'guest'],
      members: ['human'],
    });
  });

  test('contain external roles within their database, unless undeclared grants are preserved', () => {
    const graph = graphOf(`
roles:
  - { name: clerk }
  - { name: partner, external: true }
  - { name: kept, external: true, preserve_undeclared_grants: true }
memberships:
  - { role: partner, members: [{ name: clerk }, { name: human }] }
  - { role: pg_monitor, exclusive: true, members: [{ name: clerk }] }
grants:
  - { role: partner, privileges: [USAGE], object: { type: schema, name: public } }
`);
    expect(claimsOf(graph)).toEqual({
      roles: ['clerk'],
      schemas: [],
      groups: ['partner', 'pg_monitor'],
      exclusive: ['pg_monitor'],
      named: ['kept'],
      external: ['partner'],
      members: ['human'],
    });
  });

  test('cover exactly the roles that planning manages and judges; only mode authoritative judges retired roles', () => {
    const graph = graphOf(`
roles:
  - { name: clerk }
  - { name: keeper, preserve_undeclared_grants: true }
  - { name: partner, external: true }
  - { name: kept, external: true, preserve_undeclared_grants: true }
retirements: [{ role: legacy, reassign_owned_to: clerk }]
`);
    const { roles, external } = claimsOf(graph);
    const authoritative = superuserLive(graph);
    expect([...authoritative.managed].sort()).toEqual(roles);
    expect([...authoritative.judged].sort()).toEqual(['clerk', 'legacy', ...(external ?? [])]);
    const additive = superuserLive(graph, 'additive');
    expect([...additive.managed].sort()).toEqual(['clerk', 'keeper']);
    expect([...additive.judged].sort()).toEqual(['clerk', ...(external ?? [])]);
  });

  test('say that the policy decides all memberships of its roles, if its coverage is database', () => {
    expect(claimsOf(graphOf('coverage: database\nroles: [{ name: a }]'))).toEqual({
      roles: ['a'],
      schemas: [],
      coverage: 'database',
    });
  });

  test('are sorted by name, whatever the order of the manifest', () => {
    const graph = graphOf(`
schemas: [{ name: shop }, { name: app }]
roles:
  - { name: clerk }
  - { name: boss }
  - { name: y, external: true }
  - { name: x, external: true }
memberships:
  - { role: team, members: [{ name: zoe }, { name: ana }] }
  - { role: group, members: [{ name: zoe }] }
`);
    expect(claimsOf(graph)).toEqual({
      roles: ['boss', 'clerk'],
      schemas: ['app', 'shop'],
      groups: ['group', 'team'],
      external: ['x', 'y'],
      members: ['ana', 'zoe'],
    });
  });

  test('are part of another claim with the same names or with stronger ones', () => {
    const whole = { roles: ['a'], schemas: ['s'], external: ['x'], groups: ['g'] };
    expect(
      isPartOf({ roles: [], schemas: ['s'], named: ['a', 'x'], groups: ['a', 'g'] }, whole),
    ).toBe(true);
    expect(isPartOf({ roles: [], schemas: [], external: ['a', 'x'] }, whole)).toBe(true);
    expect(isPartOf({ roles: ['x'], schemas: [] }, whole)).toBe(false);
    expect(isPartOf({ roles: [], schemas: [], exclusive: ['g'] }, whole)).toBe(false);
    expect(isPartOf({ roles: ['a'], schemas: [], coverage: 'database' }, whole)).toBe(false);
  });

  test('to all memberships are part only of a claim that also decides them, which covers claims that do not', () => {
    const deciding = { roles: ['a'], schemas: [], coverage: 'database' } as const;
    expect(isPartOf(deciding, deciding)).toBe(true);
    expect(isPartOf({ roles: ['a'], schemas: [] }, deciding)).toBe(true);
  });
});
