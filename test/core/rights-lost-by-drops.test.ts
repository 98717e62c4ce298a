import { describe, expect, test } from '@jest/globals';
import type { RoleRights } from '../../core/live.ts';
import { renderPlan } from '../../core/plan/render.ts';
import type { Way } from '../../core/way.ts';
import { type Planned, checked, inOrder, memberWay, planned, reversed } from './planned-rights.ts';
import { retiredRow } from './retired-row.ts';

const admin = { admin: true };

function retiring(names: readonly string[], ways: readonly Way[], more = ''): Planned {
  const retirements = names.map((role) => `{ role: ${role} }`).join(', ');
  const rights: Partial<RoleRights> = {
    usable: [...names, 'dba'],
    grantable: names,
    attributes: ['CREATEROLE'],
    createsSchemas: true,
    ways,
  };
  const rows = names.map((role) => ({ ...retiredRow, role }));
  return planned(`retirements: [${retirements}]\n${more}`, rights, rows);
}

function statementsOf({ plan, live }: Planned): string[] {
  return renderPlan(plan, live, new Map()).map(({ text }) => text);
}

describe('a plan that drops two roles', () => {
  const toLead = memberWay('lead', 'manager', admin);
  const toGroup = memberWay('grp', 'manager', admin);
  const groupByLead = memberWay('grp', 'lead', admin);
  const leadByGroup = memberWay('lead', 'grp', admin);

  test.each<[string, readonly Way[], readonly string[], boolean]>([
    ['as their names say', [toLead, groupByLead], ['grp', 'lead'], false],
    ['against the order of their names', [toGroup, leadByGroup], ['lead', 'grp'], true],
    ['in any order if it reaches both', [toGroup, toLead, leadByGroup], ['grp', 'lead'], false],
  ])(
    'drops the one through which the connected role reaches the other last: %s',
    (_how, ways, order, dropsAtEnd) => {
      const found = retiring(['lead', 'grp'], ways);
      expect(statementsOf(found)).toEqual(order.map((name) => `DROP ROLE "${name}"`));
      expect(found.plan.dropsAtEnd).toBe(dropsAtEnd);
      expect(checked(found)).not.toThrow();
    },
  );

  test('is refused if it drops that one first', () => {
    expect(checked(reversed(retiring(['lead', 'grp'], [toLead, groupByLead])))).toThrow(
      /has ADMIN OPTION on role "grp" only through what the plan takes away \(role lead is retired\), but needs it for: role grp is retired$/,
    );
  });

  test('is refused without naming roles that it drops later, or that take nothing before', () => {
    const toZoe = memberWay('zoe', 'manager', admin);
    const found = retiring(['lead', 'grp', 'zoe'], [toLead, groupByLead, toZoe]);
    const order = ['lead', 'grp', 'zoe'].map((name) => `role ${name} is retired`);
    expect(checked(inOrder(found, order))).toThrow(
      /takes away \(role lead is retired\), but needs it for: role grp is retired$/,
    );
  });

  test('is refused with both, if each is needed for the next', () => {
    const zoeByGroup = memberWay('zoe', 'grp', admin);
    const found = retiring(['lead', 'grp', 'zoe'], [toLead, groupByLead, zoeByGroup]);
    const order = ['lead', 'grp', 'zoe'].map((name) => `role ${name} is retired`);
    expect(checked(inOrder(found, order))).toThrow(
      /takes away \(role grp is retired; role lead is retired\), but needs it for: role grp is retired; role zoe is retired$/,
    );
  });
});

describe('a plan that drops a role which granted the membership that lets the connected role drop it', () => {
  test('is refused with that role, because DROP OWNED takes the membership first', () => {
    const ways = [memberWay('grp', 'dba', admin), memberWay('dba', 'manager', { grantor: 'grp' })];
    const rights = { usable: ['dba', 'grp'], grantable: ['grp'], attributes: ['CREATEROLE'], ways };
    const found = planned('retirements: [{ role: grp, drop_owned: true }]', rights, [
      { ...retiredRow, role: 'grp' },
    ]);
    expect(checked(found)).toThrow(
      /has ADMIN OPTION on role "grp" only through what the plan takes away \(role grp is retired\), but needs it for: role grp is retired$/,
    );
  });
});

describe('a plan that drops a role, and creates a schema', () => {
  const create = { via: 'grant', type: 'database', name: 'shop', owner: 'postgres' } as const;
  const createBy = (grantee: string): Way => ({ ...create, privilege: 'CREATE', grantee });
  const toLead = memberWay('lead', 'manager', admin);
  const throughLead = [toLead, memberWay('dba', 'lead')];
  const forDba = 'schemas: [{ name: fresh, owner: dba }]';
  const own = 'schemas: [{ name: fresh }]';
  const created: Readonly<Record<string, string>> = {
    [forDba]: 'CREATE SCHEMA "fresh" AUTHORIZATION "dba"',
    [own]: 'CREATE SCHEMA "fresh"',
  };

  test.each<[string, string, readonly Way[]]>([
    ['reaches its owner only through the role', forDba, [...throughLead, createBy('PUBLIC')]],
    ['may create schemas only through the role', own, [toLead, createBy('lead')]],
  ])('creates it first if the connected role %s', (_how, schemas, ways) => {
    const found = retiring(['lead'], ways, schemas);
    expect(found.plan.dropsAtEnd).toBe(true);
    expect(statementsOf(found)).toEqual([created[schemas], 'DROP ROLE "lead"']);
    expect(checked(found)).not.toThrow();
  });

  test.each<[string, string, readonly Way[]]>([
    [
      'reaches its owner in another way too',
      forDba,
      [...throughLead, memberWay('dba', 'manager'), createBy('PUBLIC')],
    ],
    ['may create schemas as everyone may', own, [toLead, createBy('lead'), createBy('PUBLIC')]],
  ])('drops the role first, as usual, if the connected role %s', (_how, schemas, ways) => {
    const found = retiring(['lead'], ways, schemas);
    expect(found.plan.dropsAtEnd).toBe(false);
    expect(statementsOf(found)).toEqual(['DROP ROLE "lead"', created[schemas]]);
  });

  test('is refused if DROP OWNED takes CREATE on the database from the role before', () => {
    const dropOwned = 'retirements: [{ role: lead, drop_owned: true }]\nschemas: [{ name: fresh }]';
    const rights = { usable: ['lead'], grantable: ['lead'], attributes: ['CREATEROLE'] };
    const ways = [toLead, createBy('lead')];
    const rows = [{ ...retiredRow, role: 'lead' }];
    expect(checked(planned(dropOwned, { ...rights, createsSchemas: true, ways }, rows))).toThrow(
      /has CREATE on database "shop" only through what the plan takes away \(role lead is retired\), but needs it for: schema fresh is created$/,
    );
  });
});
