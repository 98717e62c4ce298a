import { describe, expect, test } from '@jest/globals';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { Live, RoleRights } from '../../core/live.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { type Plan, planChanges } from '../../core/plan/plan.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { managerLive, objectWith } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { roleRow } from './role-row.ts';
import { superuserLive } from './superuser.ts';

const rights = { usable: ['owner', 'heir'], attributes: ['CREATEROLE'] };

const newcomer = { kind: 'object_owner', newcomer: 'heir', schema: 'app', schemaOwner: 'owner' };
const mayCreate = { ...newcomer, mayCreate: true, everyoneMay: false };
const mayNotCreate = { ...newcomer, mayCreate: false, everyoneMay: false };

const ownership = (object: string, given = ''): string =>
  `ownership: [{ owner: heir, object: { ${object} }${given} }]`;
const ofTable = ownership('type: table, schema: app, name: t');
const ofTables = ownership('type: table, schema: app, name: "*"');

interface Found {
  readonly live: Live;
  readonly plan: Plan;
}

function found(manifest: string, rows: readonly object[], live = managerLive(manifest, rights)) {
  const people = ['owner', 'heir', 'boss', 'lead'].map(roleRow);
  const schema = { kind: 'schema', name: 'app', owner: 'owner' };
  return { live, plan: planChanges(decodeRows([...people, schema, ...rows]), live) };
}

const messages = ({ plan }: Found): string[] => plan.findings.map(({ message }) => message);

function check({ plan, live }: Found): () => void {
  return () => {
    checkPlan(plan, live);
  };
}

function statements({ plan, live }: Found, names: Record<string, readonly string[]> = {}) {
  return renderPlan(plan, live, new Map(Object.entries(names)));
}

const lead = '{ name: lead, external: true }, { name: heir, external: true }';
const withGrant = (role: string, object: string, privilege: string, ensure = 'present'): string =>
  `roles: [${lead}]\ngrants: [{ role: ${role}, privileges: [${privilege}], ensure: ${ensure}, object: { ${object} } }]\n`;
const onApp = 'type: schema, name: app';
const schemaRow = objectWith([], { kind: 'schema_grant', schema: null, name: 'app', sql: 'app' });

describe('a declared owner', () => {
  test('is given to an object by name, with what changes and by whose rights', () => {
    const one = found(ofTable, [mayCreate, objectWith([])]);
    expect(explainPlan(one.plan)).toEqual(['table t in schema app gets owner heir']);
    expect(statements(one)).toEqual([
      expect.objectContaining({
        text: 'ALTER TABLE app.t OWNER TO "heir"',
        why: 'the owner of table app.t changes from owner to heir',
        risk: 'loses access',
        affects: ['owner', 'heir'],
        rights: ['owner'],
      }),
    ]);
  });

  test.each([
    [2, '2 tables in schema app get owner heir'],
    [1, '1 table in schema app gets owner heir'],
  ])('is given to each object of a group, in the order of their names: size %d', (count, said) => {
    const group = { name: null, sql: null, group: 'g', count };
    const many = found(ofTables, [mayCreate, objectWith([], group)]);
    expect(explainPlan(many.plan)).toEqual([said]);
    expect(statements(many, { g: ['app.u', 'app.t'] }).map(({ text }) => text)).toEqual([
      'ALTER TABLE app.t OWNER TO "heir"',
      'ALTER TABLE app.u OWNER TO "heir"',
    ]);
  });

  test('that the object has already, or in additive mode, changes nothing', () => {
    const own = found(ofTable, [mayCreate, objectWith([], { owner: 'heir' })]);
    expect(own.plan.changes).toEqual([]);
    const live = { ...managerLive(ofTable, rights), mode: 'additive' } as const;
    expect(found(ofTable, [mayCreate, objectWith([])], live).plan.changes).toEqual([]);
  });

  test.each<[string, Partial<RoleRights>, string]>([
    ['of the former owner', { usable: ['heir'] }, 'owner'],
    ['to become the new one', { usable: ['owner'] }, 'heir'],
  ])('is refused if the connected role lacks the rights %s', (_what, given, role) => {
    const live = managerLive(ofTable, { ...rights, ...given });
    expect(check(found(ofTable, [mayCreate, objectWith([])], live))).toThrow(
      `lacks the rights of role "${role}", which is required for: table t in schema app gets owner heir`,
    );
  });
});

describe('a declared owner of an object in a schema', () => {
  const lacks =
    'table t in schema app gets owner heir, but role "heir" cannot create objects in schema "app"';
  const inSchema = (more: string, place: object = mayNotCreate): Found =>
    found(`${more}${ofTable}`, [place, schemaRow, objectWith([])]);

  test.each<[string, Found]>([
    ['it has CREATE on the schema', inSchema('', mayCreate)],
    ['the policy grants it CREATE', inSchema(withGrant('heir', onApp, 'CREATE'))],
    ['the policy grants everyone CREATE', inSchema(withGrant('PUBLIC', onApp, 'CREATE'))],
    ['it gets the schema', inSchema('schemas: [{ name: app, owner: heir }]\n')],
    [
      'it loses the schema, in which everyone can create',
      inSchema('schemas: [{ name: app, owner: owner }]\n', {
        ...mayCreate,
        schemaOwner: 'heir',
        everyoneMay: true,
      }),
    ],
  ])('is possible if %s', (_what, one) => {
    expect(check(one)).not.toThrow();
  });

  test.each<[string, Found]>([
    ['it has no CREATE on the schema', inSchema('')],
    ['another role gets CREATE', inSchema(withGrant('lead', onApp, 'CREATE'))],
    ['it gets another privilege', inSchema(withGrant('heir', onApp, 'USAGE'))],
    ['its CREATE is forbidden', inSchema(withGrant('heir', onApp, 'CREATE', 'absent'))],
    ['the schema gets another owner', inSchema('schemas: [{ name: app, owner: owner }]\n')],
    [
      'it loses the schema',
      inSchema('schemas: [{ name: app, owner: owner }]\n', { ...mayCreate, schemaOwner: 'heir' }),
    ],
  ])('is refused if %s', (_what, one) => {
    expect(check(one)).toThrow(lacks);
  });

  test('needs no CREATE if a superuser gives the object away', () => {
    const live = superuserLive(graphOf(ofTable));
    expect(check(found(ofTable, [mayNotCreate, objectWith([])], live))).not.toThrow();
  });
});

describe('a declared owner of an object outside schemas', () => {
  const ofServer = ownership('type: foreign_server, name: s');
  const ofWrapper = ownership('type: foreign_data_wrapper, name: w');
  const outside = (type: string, name: string): object =>
    objectWith([], { kind: `${type}_grant`, schema: null, name, sql: name });
  const demandRow = (type: string, name: string, demand: object): object => ({
    ...{ kind: 'object_owner', newcomer: 'heir', type, name },
    demand: { of: 'heir', comesAlong: false, held: false, ...demand },
  });
  const usage = { right: 'USAGE', on: { type: 'foreign_data_wrapper', name: 'w', owner: 'boss' } };
  const rows = (held: boolean): object[] => [
    demandRow('foreign_server', 's', { ...usage, always: false, held }),
    outside('foreign_server', 's'),
    outside('foreign_data_wrapper', 'w'),
  ];
  const onWrapper = 'type: foreign_data_wrapper, name: w';

  test.each<[string, Found]>([
    ['it has the right', found(ofServer, rows(true))],
    ['it gets the right', found(withGrant('heir', onWrapper, 'USAGE') + ofServer, rows(false))],
    ['everyone gets it', found(withGrant('PUBLIC', onWrapper, 'USAGE') + ofServer, rows(false))],
    ['a superuser asks', found(ofServer, rows(false), superuserLive(graphOf(ofServer)))],
  ])('needs a right on another object: it is possible if %s', (_what, one) => {
    expect(check(one)).not.toThrow();
  });

  test.each<[string, Found]>([
    ['it lacks the right', found(ofServer, rows(false))],
    ['another role gets it', found(withGrant('lead', onWrapper, 'USAGE') + ofServer, rows(false))],
    [
      'its right is forbidden',
      found(withGrant('heir', onWrapper, 'USAGE', 'absent') + ofServer, rows(false)),
    ],
  ])('needs a right on another object: it is refused if %s', (_what, one) => {
    expect(check(one)).toThrow(
      'foreign_server s gets owner heir, but role "heir" lacks USAGE on foreign data wrapper "w" to own it',
    );
  });

  test.each([
    ['{ name: heir, superuser: true }', false, true],
    ['{ name: heir }', true, false],
    ['{ name: heir, external: true }', true, true],
    ['{ name: heir, external: true }', false, false],
  ])('must be a superuser if PostgreSQL demands one: %s, now %p', (role, held, isPossible) => {
    const manifest = `roles: [${role}]\n${ofWrapper}`;
    const needed = { right: 'SUPERUSER', on: null, always: true, held };
    const wrapper = [
      demandRow('foreign_data_wrapper', 'w', needed),
      outside('foreign_data_wrapper', 'w'),
    ];
    const checked = check(found(manifest, wrapper, superuserLive(graphOf(manifest))));
    if (isPossible) expect(checked).not.toThrow();
    else expect(checked).toThrow('role "heir" lacks SUPERUSER to own it');
  });
});

describe('an object that does not get the declared owner', () => {
  test('is one that belongs to a column: an entry for its name is refused, a wildcard is accepted', () => {
    const follows = { kind: 'sequence_grant', name: 'q', sql: 'app.q' };
    const rows = [mayCreate, objectWith([], { ...follows, follows: { type: 'table', name: 't' } })];
    const named = ownership('type: sequence, schema: app, name: q');
    expect(() => found(named, rows)).toThrow(
      'sequence "app.q" with an owner of its own (it belongs to a column of a table; declare the owner of the table)',
    );
    expect(found(ownership('type: sequence, schema: app, name: "*"'), rows).plan.changes).toEqual(
      [],
    );
  });

  test('is one to which a role can attach code by a column, although the policy takes that privilege on another column', () => {
    const column = { kind: 'column_grant', name: '"u"."id"', sql: 'app.u', column: '"id"' };
    const relation = { type: 'table', name: 'u', acl: [], groupKey: null };
    const rows = (sources: unknown): object[] => [
      mayCreate,
      objectWith([], { name: null, sql: null, group: 'g', sources }),
      objectWith([], { ...column, relation }),
    ];
    const target = 'type: table, schema: app, name: u, columns: [id]';
    const absence = withGrant('boss', target, 'REFERENCES', 'absent');
    expect(messages(found(absence + ofTables, rows([])))).toEqual([]);
    expect(messages(found(absence + ofTables, rows([['boss', 'REFERENCES', null, null]])))).toEqual(
      [expect.stringContaining('"boss" has REFERENCES on it')],
    );
  });

  test('is one that runs code with the rights of its owner, if only a wildcard names it', () => {
    const running = [mayCreate, objectWith([], { code: true })];
    const live = managerLive(ofTables, { usable: ['heir'], attributes: ['CREATEROLE'] });
    expect(messages(found(ofTables, running, live))).toEqual([
      'table app.t keeps owner "owner" instead of "heir": it runs code with the rights of its owner, and "owner" cannot act as "heir"; read its code, then name it in ownership, drop it, or set adopt_code: true at the wildcard',
    ]);
    expect(found(ofTables, running, live).plan.changes).toEqual([]);
    const adopting = ownership('type: table, schema: app, name: "*"', ', adopt_code: true');
    for (const manifest of [ofTable, adopting])
      expect(explainPlan(found(manifest, running).plan)).toEqual([
        'table t in schema app gets owner heir',
      ]);
  });

  test('says how many more there are, where not all names are known', () => {
    const group = { name: null, sql: null, group: 'g', count: 4, code: true, codeNames: ['app.f'] };
    expect(messages(found(ofTables, [mayCreate, objectWith([], group)]))).toEqual([
      expect.stringMatching(/^each of 3 more tables in schema "app" keeps owner/),
      expect.stringMatching(/^table app\.f keeps owner/),
    ]);
  });

  test('is a multirange whose owner the connected role cannot change, with the statement for it', () => {
    const shape = { kind: 'type_grant', name: 'm', sql: 'app.m', subtype: 'type' };
    const multirange = { ...objectWith([], { ...shape, owner: 'boss', names: ['type r'] }) };
    const range = { kind: 'type_grant', name: 'r', sql: 'app.r', subtype: 'type', owner: 'heir' };
    const rows = [mayCreate, objectWith([], range), { kind: 'object_owner', multirange }];
    const ofRange = ownership('type: type, schema: app, name: r');
    expect(messages(found(ofRange, rows))).toEqual([
      'multirange type app.m keeps owner "boss" while its range gets owner "heir", because "manager" does not have the rights of its owner; run ALTER TYPE app.m OWNER TO "heir";',
    ]);
    const live = managerLive(ofRange, { ...rights, usable: ['boss', 'heir'] });
    expect(messages(found(ofRange, rows, live))).toEqual([]);
    expect(statements(found(ofRange, rows, live)).map(({ text }) => text)).toEqual([
      'ALTER TYPE app.m OWNER TO "heir"',
    ]);
  });
});
