import { describe, expect, test } from '@jest/globals';
import type { Live } from '../../core/live.ts';
import { type Entry, objectWith, sqlFor, superuserSql, tableRules } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { superuserLive } from './superuser.ts';

describe('a declared grant option', () => {
  test('counts once when another rule grants the same without it, in either order', () => {
    const withOption = { role: 'ana', grantable: true };
    for (const rules of [
      [{ role: 'ana' }, withOption],
      [withOption, { role: 'ana' }],
    ])
      expect(superuserSql(tableRules(['ana'], rules), [objectWith([])])).toEqual([
        'GRANT SELECT ON TABLE app.t TO "ana" WITH GRANT OPTION',
      ]);
  });

  test('that a role has from someone else is not granted again by the owner', () => {
    const acl: Entry[] = [
      ['ana', 'stranger', 'SELECT', true],
      ['ana', 'owner', 'SELECT', false],
    ];
    const rules = tableRules(['ana'], [{ role: 'ana', grantable: true }]);
    expect(superuserSql(rules, [objectWith(acl)])).toEqual([]);
  });

  test('is added to what the owner granted, and what others granted stays as it is', () => {
    const acl: Entry[] = [
      ['ana', 'owner', 'SELECT', false],
      ['ana', 'stranger', 'SELECT', false],
    ];
    const rules = tableRules(['ana'], [{ role: 'ana', grantable: true }]);
    expect(superuserSql(rules, [objectWith(acl)])).toEqual([
      'GRANT SELECT ON TABLE app.t TO "ana" WITH GRANT OPTION',
    ]);
  });

  test('lets stay what its holder granted, also while the holder has no option yet', () => {
    const acl: Entry[] = [
      ['lead', 'owner', 'SELECT', false],
      ['ana', 'lead', 'SELECT', false],
    ];
    const rules = tableRules(['lead', 'ana'], [{ role: 'lead', grantable: true }, { role: 'ana' }]);
    expect(superuserSql(rules, [objectWith(acl)])).toEqual([
      'GRANT SELECT ON TABLE app.t TO "lead" WITH GRANT OPTION',
    ]);
  });

  test('that a role keeps from one of two grantors lets stay what the role granted', () => {
    const acl: Entry[] = [
      ['lead', 'owner', 'SELECT', true],
      ['lead', 'ben', 'SELECT', true],
      ['ben', 'owner', 'SELECT', true],
      ['ana', 'lead', 'SELECT', false],
    ];
    const rules = tableRules(
      ['lead', 'ana', 'ben'],
      [{ role: 'lead', grantable: true }, { role: 'ana' }, { role: 'ben' }],
    );
    expect(superuserSql(rules, [objectWith(acl)])).toEqual([
      'as ben: REVOKE SELECT ON TABLE app.t FROM "lead"',
      'REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "ben"',
    ]);
  });
});

describe('in additive mode', () => {
  const additive = (manifest: string): Live => superuserLive(graphOf(manifest), 'additive');

  test('a privilege counts any role that granted it, since every grantor keeps its option', () => {
    const acl: Entry[] = [
      ['lead', 'owner', 'SELECT', true],
      ['ana', 'lead', 'SELECT', false],
    ];
    const rules = tableRules(['lead', 'ana'], [{ role: 'ana' }]);
    expect(sqlFor(additive(rules), [objectWith(acl)])).toEqual([]);
  });

  test('a grant option is added and none is taken', () => {
    const acl: Entry[] = [
      ['lead', 'owner', 'SELECT', false],
      ['ana', 'owner', 'SELECT', true],
    ];
    const rules = tableRules(['lead', 'ana'], [{ role: 'lead', grantable: true }, { role: 'ana' }]);
    expect(sqlFor(additive(rules), [objectWith(acl)])).toEqual([
      'GRANT SELECT ON TABLE app.t TO "lead" WITH GRANT OPTION',
    ]);
  });
});

describe('an entry of the owner that others granted', () => {
  test('goes with the option by which it was granted, and stays as long as that does', () => {
    const acl: Entry[] = [
      ['lead', 'owner', 'SELECT', true],
      ['owner', 'lead', 'SELECT', false],
    ];
    const objects = [objectWith(acl)];
    const owner = '{ name: owner, external: true }';
    const kept = tableRules(['lead'], [{ role: 'lead', grantable: true }]);
    const lost = tableRules(['lead'], [{ role: 'lead' }]);
    const withOwner = (rules: string): string => rules.replace('roles: [', `roles: [${owner}, `);
    expect(superuserSql(withOwner(kept), objects)).toEqual([]);
    expect(superuserSql(withOwner(lost), objects)).toEqual([
      'as lead: REVOKE SELECT ON TABLE app.t FROM "owner"',
      'REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "lead"',
    ]);
  });
});
