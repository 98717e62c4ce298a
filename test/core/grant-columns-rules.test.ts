import { describe, expect, test } from '@jest/globals';
import { renderPlan } from '../../core/plan/render.ts';
import {
  ana,
  onColumn,
  onTable,
  option,
  planned,
  plannedBySuperuser,
  select,
  tableWith,
  withRule,
} from './column-rows.ts';
import { planFor, tableRules } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { superuserLive } from './superuser.ts';

describe('a grant on a column whose grantor lost the option', () => {
  const fromLead = select('ana', 'lead');
  const lostBy = (by: string | null, given: object = {}): object => {
    const one = { grantor: 'lead', privilege: 'SELECT', by, keeps: false, keepsColumn: false };
    return { lost: [{ ...one, ...given }] };
  };
  const around = (given: object): string[] =>
    plannedBySuperuser(ana, tableWith([], { id: [fromLead] }, given));

  test('is revoked between two statements that give the grantor the option where that takes nothing else', () => {
    expect(around(lostBy('relation'))).toEqual([
      'GRANT SELECT ON TABLE app.t TO "lead" WITH GRANT OPTION',
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
    ]);
    expect(around(lostBy('column'))).toEqual([
      'GRANT SELECT ("id") ON TABLE app.t TO "lead" WITH GRANT OPTION',
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      'REVOKE SELECT ("id") ON TABLE app.t FROM "lead"',
    ]);
  });

  test('leaves the grantor the privilege that it had before', () => {
    expect(around(lostBy('relation', { keeps: true })).at(-1)).toBe(
      'REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "lead"',
    );
    expect(around(lostBy('column', { keepsColumn: true })).at(-1)).toBe(
      'REVOKE GRANT OPTION FOR SELECT ("id") ON TABLE app.t FROM "lead"',
    );
    for (const given of [
      lostBy('relation', { keepsColumn: true }),
      lostBy('column', { keeps: true }),
    ])
      expect(around(given).at(-1)).not.toContain('GRANT OPTION FOR');
  });

  test('is reported with a script where no option can be given, unless it is declared or nothing is revoked', () => {
    const stuck = lostBy(null);
    const rows = tableWith([], { id: [fromLead] }, stuck);
    const finding =
      'finding: ana has undeclared SELECT on column "id" of app.t from lead, whose grant option is gone; to revoke it from every role to which lead granted it, run: GRANT SELECT ("id") ON TABLE app.t TO "lead" WITH GRANT OPTION; REVOKE SELECT ("id") ON TABLE app.t FROM "lead" CASCADE;';
    expect(around(stuck)).toEqual([finding]);
    expect(plannedBySuperuser(withRule(ana, onColumn('ana', 'id')), rows)).toEqual([]);
    expect(plannedBySuperuser(tableRules(['ben']), rows)).toEqual([]);
    expect(planned(superuserLive(graphOf(ana), 'additive'), rows)).toEqual([]);
    const absent = onColumn('ana', 'id').replace('with_grant_option: false', 'ensure: absent');
    expect(plannedBySuperuser(withRule('grants: []', absent), rows)).toEqual([finding]);
  });

  test('is revoked as any other where another grantor or another privilege is meant', () => {
    for (const given of [{ grantor: 'ben' }, { privilege: 'UPDATE' }])
      expect(around(lostBy(null, given))).toEqual([
        'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      ]);
  });

  test('says in the plan why the grantor gets the option for a moment, by whose rights, and that it is no risk', () => {
    const live = superuserLive(graphOf(ana));
    const plan = planFor(live, tableWith([], { id: [fromLead] }, lostBy('column')));
    const said = { risk: 'none', affects: ['lead'], rights: ['owner'] };
    expect(renderPlan(plan, live, new Map())).toMatchObject([
      { ...said, why: expect.stringMatching(/^lead lost the option/) },
      { risk: 'loses access', affects: ['ana'], rights: [] },
      { ...said, why: 'lead loses the option again' },
    ]);
  });
});

describe('a rule for a table', () => {
  const absent =
    '{ role: ana, privileges: [SELECT], ensure: absent, object: { type: table, schema: app, name: t } }';
  const rules = `grants: [${absent}]`;

  test('that forbids a privilege forbids it on the columns too, except when the policy is deleted', () => {
    const rows = tableWith([], { id: [onTable, ['ana', 'owner', 'UPDATE', false]] });
    expect(plannedBySuperuser(rules, rows)).toEqual([
      'REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
    ]);
    expect(planned(superuserLive(graphOf(rules), 'revoke'), rows)).toEqual([]);
    expect(
      plannedBySuperuser(rules, [
        ...tableWith([], { id: [] }),
        ...tableWith([], { id: [onTable] }, { name: 'u' }),
      ]),
    ).toEqual([]);
  });

  test('that grants what another rule forbids on a column is refused', () => {
    const column = onColumn('ana', 'id').replace('with_grant_option: false', 'ensure: absent');
    const both = (role: string): string => withRule(tableRules([role], [{ role }]), column);
    const plan = (role: string) => (): unknown =>
      plannedBySuperuser(both(role), tableWith([], { id: [] }));
    expect(plan('ana')).toThrow(
      /declare SELECT for ana on column "app\.t\.id" both present and absent/,
    );
    expect(plan('ben')).not.toThrow();
  });

  test('with the grant option lets stay what its holder granted on a column', () => {
    const granted = (grantable: boolean): string[] => {
      const table = tableRules(['lead', 'ana'], [{ role: 'lead', grantable }]);
      const rows = tableWith([option], { id: [select('ana', 'lead')] });
      return plannedBySuperuser(withRule(table, onColumn('ana', 'id')), rows);
    };
    expect(granted(true)).toEqual([]);
    expect(granted(false)).toEqual([
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      'REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "lead"',
      'GRANT SELECT ("id") ON TABLE app.t TO "ana"',
    ]);
  });

  test('without the grant option lets nothing stay that its holder granted by an option on a column', () => {
    const table = tableRules(['lead', 'ana'], [{ role: 'lead' }]);
    const rows = tableWith([select('lead', 'owner')], { id: [option, select('ana', 'lead')] });
    expect(plannedBySuperuser(withRule(table, onColumn('ana', 'id')), rows)).toEqual([
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      'REVOKE SELECT ("id") ON TABLE app.t FROM "lead"',
      'GRANT SELECT ("id") ON TABLE app.t TO "ana"',
    ]);
  });
});
