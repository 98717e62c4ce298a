import { describe, expect, test } from '@jest/globals';
import { explainPlan } from '../../core/plan/explain.ts';
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
import { type Entry, managerLive, planFor, tableRules } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { superuserLive } from './superuser.ts';

const team = tableRules(['lead', 'ben', 'ana']);

describe('what is revoked on a table', () => {
  test('is gone from its columns too, so that it is not revoked there again', () => {
    for (const type of ['table', 'view', 'materialized_view'])
      expect(plannedBySuperuser(ana, tableWith([onTable], { id: [onTable] }, { type }))).toEqual([
        'REVOKE SELECT ON TABLE app.t FROM "ana"',
      ]);
  });

  test('is granted again on the columns for which it is declared', () => {
    const rules = withRule(ana, onColumn('ana', 'id'));
    const rows = tableWith([onTable], { id: [onTable], name: [onTable] });
    expect(plannedBySuperuser(rules, rows)).toEqual([
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
      'GRANT SELECT ("id") ON TABLE app.t TO "ana"',
    ]);
  });

  test('stays on columns in additive mode, because nothing is revoked', () => {
    const live = superuserLive(graphOf(withRule(ana, onColumn('ana', 'id'))), 'additive');
    expect(planned(live, tableWith([onTable], { id: [onTable] }))).toEqual([]);
  });

  test('stays on columns for other grantors, privileges and grantees, and is revoked there', () => {
    const revoked = (entry: Entry): string[] =>
      plannedBySuperuser(tableRules(['ana', 'ben']), tableWith([onTable], { id: [entry] }));
    const last = 'REVOKE SELECT ON TABLE app.t FROM "ana"';
    expect(revoked(select('ana', 'stranger'))).toEqual([
      'as stranger: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      last,
    ]);
    expect(revoked(['ana', 'owner', 'UPDATE', false])).toEqual([
      'REVOKE UPDATE ("id") ON TABLE app.t FROM "ana"',
      last,
    ]);
    expect(revoked(select('ben', 'owner'))).toEqual([
      'REVOKE SELECT ("id") ON TABLE app.t FROM "ben"',
      last,
    ]);
  });

  test('stays on the columns of tables with the same name in another schema, and of other tables', () => {
    const rows = (given: { schema?: string; name?: string }): object[] => [
      ...tableWith([onTable], { id: [] }),
      ...tableWith([], { id: [onTable] }, given),
    ];
    expect(plannedBySuperuser(ana, rows({ schema: 'shop' }))).toEqual([
      'REVOKE SELECT ("id") ON TABLE shop.t FROM "ana"',
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
    ]);
    expect(plannedBySuperuser(ana, rows({ name: 'u' }))).toEqual([
      'REVOKE SELECT ("id") ON TABLE app.u FROM "ana"',
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
    ]);
  });

  test('stays on columns where the policy does not decide about the grantee', () => {
    const outside = select('outsider', 'owner');
    expect(plannedBySuperuser(ana, tableWith([outside], { id: [outside, onTable] }))).toEqual([
      'REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
    ]);
  });

  test('is found on columns only if the connected role can revoke it on the table', () => {
    const rows = tableWith([onTable], { id: [onTable] });
    expect(planned(managerLive(ana, { usable: ['owner'] }), rows)).toEqual([
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
    ]);
    expect(planned(managerLive(ana, {}), rows)).toEqual(
      ['SELECT ("id")', 'SELECT'].map((what) =>
        expect.stringContaining(`ana has undeclared ${what} on app.t; manager cannot revoke it`),
      ),
    );
  });

  test('is revoked as a declared role that granted it, which the connected role can join', () => {
    const rights = {
      attributes: ['CREATEROLE'],
      usable: ['owner'],
      grantable: ['lead', 'ana'],
    };
    const live = managerLive('roles: [{ name: lead }, { name: ana }]', rights);
    const passedOn = select('ana', 'lead');
    expect(planned(live, tableWith([option, passedOn], { id: [passedOn] }))).toEqual([
      'GRANT "lead" TO "manager" WITH INHERIT TRUE, SET TRUE',
      'as lead: REVOKE SELECT ON TABLE app.t FROM "ana"',
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
      'REVOKE "lead" FROM "manager" GRANTED BY "manager"',
    ]);
  });

  test('stays on columns if a declared role granted it that exists and that the connected role cannot join', () => {
    const rights = { attributes: ['CREATEROLE'], usable: ['owner'], grantable: ['ana'] };
    const live = managerLive('roles: [{ name: lead }, { name: ana }]', rights);
    const passedOn = select('ana', 'lead');
    expect(planned(live, tableWith([option, passedOn], { id: [passedOn] }))).toEqual([
      expect.stringContaining('ana has undeclared SELECT ("id") on app.t'),
      expect.stringContaining('ana has undeclared SELECT on app.t'),
      expect.stringContaining('lead has undeclared SELECT on app.t'),
    ]);
  });
});

describe('what is revoked on a table for whose new owner the plan creates a role', () => {
  test('is gone from the columns too, because the connected role can join the new owner', () => {
    const rules = `roles: [{ name: heir }, { name: ana }]
ownership: [{ owner: heir, object: { type: table, schema: app, name: t } }]`;
    const live = managerLive(rules, { attributes: ['CREATEROLE'], usable: ['owner'] });
    const heir = { kind: 'object_owner', newcomer: 'heir', schema: 'app', schemaOwner: 'owner' };
    const rows = tableWith([onTable], { id: [onTable] });
    const inSchema = { ...heir, mayCreate: true, everyoneMay: true };
    expect(planned(live, [inSchema, ...rows], ['heir'])).toEqual([
      'CREATE ROLE "heir" NOLOGIN',
      'GRANT "heir" TO "manager" WITH INHERIT TRUE, SET TRUE',
      'ALTER TABLE app.t OWNER TO "heir"',
      'REVOKE SELECT ON TABLE app.t FROM "ana"',
      'REVOKE "heir" FROM "manager" GRANTED BY "manager"',
    ]);
  });
});

describe('a grant option that is revoked on a table', () => {
  test('is gone from its columns, while the privilege stays there until it is revoked', () => {
    const rules = withRule(tableRules(['ana'], [{ role: 'ana' }]), onColumn('ana', 'id', true));
    const withOption = select('ana', 'owner', true);
    const rows = tableWith([withOption], { id: [withOption], name: [withOption] });
    expect(plannedBySuperuser(rules, rows)).toEqual([
      'REVOKE SELECT ("name") ON TABLE app.t FROM "ana"',
      'REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "ana"',
      'GRANT SELECT ("id") ON TABLE app.t TO "ana" WITH GRANT OPTION',
    ]);
  });

  test('is not gone from columns while it is declared for the table', () => {
    const rules = tableRules(['lead'], [{ role: 'lead', grantable: true }]);
    expect(plannedBySuperuser(rules, tableWith([option], { id: [option] }))).toEqual([
      'REVOKE SELECT ("id") ON TABLE app.t FROM "lead"',
    ]);
  });

  test('takes with it what its holder granted on columns, which the owner grants again if declared', () => {
    const rules = withRule(team, onColumn('ana', 'id'));
    const regranted = [
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
      'GRANT SELECT ("id") ON TABLE app.t TO "ana"',
    ];
    const revoked = 'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"';
    for (const entries of [[select('ana', 'lead')], [option, select('ana', 'lead')]])
      expect(plannedBySuperuser(rules, tableWith([option], { id: entries }))).toEqual([
        revoked,
        ...regranted,
      ]);
    const fromStranger = select('lead', 'stranger', true);
    const rows = tableWith([option], { id: [fromStranger, select('ana', 'lead')] });
    expect(plannedBySuperuser(rules, rows)).toEqual([
      revoked,
      'as stranger: REVOKE SELECT ("id") ON TABLE app.t FROM "lead"',
      ...regranted,
    ]);
  });

  test('is revoked after what its holder granted on columns, also where no rule names the table', () => {
    const rows = tableWith([option], { id: [select('ana', 'lead')] }, { group: 'g' });
    expect(explainPlan(planFor(superuserLive(graphOf(team)), rows))).toEqual([
      'SELECT on column t.id in schema app is revoked from ana',
      'SELECT on 1 table in schema app is revoked from lead',
    ]);
  });
});

/** The finding about a privilege of a role that stays because the role granted it onwards. */
const blocked = (role: string, what: string, grantee: string, granted: string): string =>
  `finding: ${role} has undeclared ${what} on app.t; before pgwarden can revoke it, run: SET ROLE "${role}"; REVOKE ${granted} ON TABLE app.t FROM "${grantee}"; RESET ROLE;`;

const ofId = 'SELECT ("id")';

describe('a grant that stays on a column', () => {
  const outside = select('outsider', 'lead');

  test('keeps the option of its grantor on the table', () => {
    const rows = tableWith([option], { id: [outside] });
    expect(plannedBySuperuser(team, rows)).toEqual([blocked('lead', 'SELECT', 'outsider', ofId)]);
  });

  test('keeps the option of its grantor on the column, and the privilege on the table with it, not on other columns', () => {
    const onAll = select('lead', 'owner');
    const rows = tableWith([onAll], { id: [option, outside], name: [onAll] });
    expect(plannedBySuperuser(team, rows)).toEqual([
      'REVOKE SELECT ("name") ON TABLE app.t FROM "lead"',
      blocked('lead', ofId, 'outsider', ofId),
      blocked('lead', 'SELECT', 'outsider', ofId),
    ]);
  });

  test('keeps nothing of a grantor whose option is gone already, or is for another privilege', () => {
    const plain = select('lead', 'owner');
    const lead = tableRules(['lead']);
    expect(plannedBySuperuser(lead, tableWith([plain], { id: [plain, outside] }))).toEqual([
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
    ]);
    const update: Entry[] = [
      ['lead', 'owner', 'UPDATE', true],
      ['outsider', 'lead', 'UPDATE', false],
    ];
    expect(plannedBySuperuser(lead, tableWith([plain], { id: [option, ...update] }))).toEqual([
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
      blocked('lead', 'UPDATE ("id")', 'outsider', 'UPDATE ("id")'),
    ]);
  });

  test('keeps every option between its grantor and the owner', () => {
    const chain = [option, select('ben', 'lead', true), select('ana', 'lead', true)];
    const rows = tableWith([select('lead', 'owner')], {
      id: [...chain, select('outsider', 'ben')],
    });
    expect(plannedBySuperuser(team, rows)).toEqual([
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      blocked('ben', ofId, 'outsider', ofId),
      blocked('lead', ofId, 'ben', ofId),
      blocked('lead', 'SELECT', 'ben', ofId),
    ]);
  });

  test('does not keep the options that it does not depend on: a chain within the policy is revoked from its end', () => {
    const chain = [option, select('ben', 'lead', true), select('ana', 'ben')];
    expect(plannedBySuperuser(team, tableWith([select('lead', 'owner')], { id: chain }))).toEqual([
      'as ben: REVOKE SELECT ("id") ON TABLE app.t FROM "ana"',
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "ben"',
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
    ]);
  });

  test('from the owner keeps no option of a role that also granted to the owner', () => {
    const rules = tableRules(['lead', 'owner']);
    const entries = [option, select('owner', 'lead', true), select('outsider', 'owner')];
    const rows = tableWith([select('lead', 'owner')], { id: entries });
    expect(plannedBySuperuser(rules, rows)).toEqual([
      'as lead: REVOKE SELECT ("id") ON TABLE app.t FROM "owner"',
      'REVOKE SELECT ON TABLE app.t FROM "lead"',
    ]);
  });

  test('is not looked for on columns where one on the table prevents the revocation: columns are revoked by name', () => {
    const rows = tableWith([option, outside], { id: [select('lead', 'owner')] });
    expect(plannedBySuperuser(team, rows)).toEqual([
      'REVOKE SELECT ("id") ON TABLE app.t FROM "lead"',
      blocked('lead', 'SELECT', 'outsider', 'SELECT'),
    ]);
  });
});
