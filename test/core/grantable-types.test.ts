import { describe, expect, test } from '@jest/globals';
import { catalogsOf, classesReadWhole } from '../../core/kinds/grant/catalogs.ts';
import { canHaveCode } from '../../core/kinds/grant/grantable-type.ts';
import { grantKind } from '../../core/kinds/grant/object-grant.ts';
import { defaultTypesOf, grantKinds } from '../../core/kinds/grant/types/all.ts';
import {
  defaultWords,
  grantableTypesOf,
  objectWords,
  privilegeNames,
} from '../../core/kinds/grant/words.ts';
import { ownersAsked } from '../../core/kinds/ownership/owner-outside-schemas.ts';
import { outsidePolicyQuery } from '../../core/kinds/outside-policy/sql.ts';
import { ownedTypesOf } from '../../core/kinds/ownership/object-owner.ts';
import { demandsOf } from '../../core/kinds/retirement/heir-sql.ts';
import { objectOf } from '../../core/kinds/retirement/acl.ts';
import { remaining } from '../../core/kinds/retirement/moved.ts';
import { belongings } from '../../core/kinds/retirement/owned.ts';
import { retiredRoles, retiredRow as rowShape } from '../../core/kinds/retirement/query.ts';
import { isRevoked } from '../../core/kinds/retirement/revoked.ts';
import { scopeOf } from '../../core/inspect/scope-of.ts';
import { admissionTypes } from '../../tools/crd/admission-types.ts';
import { typeRows } from '../../tools/docs/manifest-reference.ts';
import { graphOf } from './parsed.ts';
import { retiredRow } from './retired-row.ts';
import { emptyGraph, superuserLive } from './superuser.ts';

const words = {
  privileges: ['SPIN', 'STOP'],
  defaults: { keyword: 'GADGETS', letter: 'g' },
  inspect: { sql: () => ' SELECT NULL::json WHERE false' },
};

/** Two types that PostgreSQL does not have, each known by its catalog row alone. */
const gadget = grantKind({
  ...words,
  type: 'gadget',
  keyword: 'GADGET',
  plural: 'gadgets',
  ownerKeyword: 'GADGET',
  catalog: {
    relation: 'pg_gadget',
    name: 'gadname',
    owner: 'gadowner',
    acl: 'gadacl',
    schema: 'gadnamespace',
    holdsData: () => 'true',
  },
});

const boiler = { relation: 'pg_boiler', name: 'boiname', owner: 'boiowner', acl: 'boiacl' };

const engine = grantKind({
  ...words,
  type: 'steam_engine',
  keyword: 'STEAM ENGINE',
  plural: 'steam engines',
  ownerKeyword: 'STEAM ENGINE',
  outsideSchemas: true,
  since: 15,
  catalog: {
    relation: 'pg_engine_metadata',
    dependsAs: 'pg_engine',
    name: 'engname',
    owner: 'engowner',
    acl: 'engacl',
    ownerNeeds: { usageOn: { type: 'boiler', catalog: boiler, column: 'engboiler' } },
    covered: 'own objects',
  },
});

const kinds = [...grantKinds, gadget, engine];
const catalogs = catalogsOf(kinds, 16);
const scope = scopeOf(emptyGraph);
const retirementSql = retiredRoles(kinds).sql(16, scope);
const outsideSql = outsidePolicyQuery(kinds).sql(16, scope);
const gadgets = "'pg_catalog.pg_gadget'::regclass";
const engines = "'pg_catalog.pg_engine'::regclass";

describe('a grantable type is, by its row alone, in', () => {
  test.each([
    [gadgets, 'o.gadowner AS owner, o.gadacl AS acl FROM pg_catalog.pg_gadget o'],
    [engines, 'o.engowner AS owner, o.engacl AS acl FROM pg_catalog.pg_engine_metadata o'],
  ])("a retirement's list of who granted what: %s", (objects, select) => {
    expect(objectOf(catalogs)).toContain(`SELECT ${select}`);
    expect(objectOf(catalogs)).toContain(`d.classid = ${objects} AND o.oid = d.objid`);
    expect(retirementSql).toContain(objectOf(catalogs));
  });

  test.each([
    ["SELECT d.classid, d.objid, 'gadget' AS type, s.name AS schema, o.name AS name", gadgets],
    ["'steam_engine' AS type, NULL AS schema, x.engname::text AS name", engines],
  ])("a retirement's list of what the role owns: %s", (columns, objects) => {
    expect(belongings(catalogs)).toContain(columns);
    expect(belongings(catalogs)).toContain(`d.classid = ${objects} AND d.deptype = 'o'`);
    expect(retirementSql).toContain(belongings(catalogs));
  });

  test.each([
    [gadgets, 'JOIN scope_schema s ON s.oid = x.gadnamespace'],
    [engines, "o.type = 'steam_engine' AND COALESCE(o.base, o.name) = x.engname::text"],
  ])("a retirement's list of what the same plan revokes: %s", (objects, condition) => {
    expect(isRevoked(catalogs)).toContain(`d.classid = ${objects}`);
    expect(isRevoked(catalogs)).toContain(condition);
    expect(retirementSql).toContain(isRevoked(catalogs));
  });

  test("a retirement's list of what holds data, if it does", () => {
    const data = (objects: string) => `WHERE o.classid = ${objects} AND true`;
    expect(retirementSql).toContain(data(gadgets));
    expect(retirementSql).not.toContain(data(engines));
  });

  test.each([
    { type: 'gadget', schema: 'app', name: 'press' },
    { type: 'steam_engine', schema: undefined, name: 'rocket' },
  ])("a retirement's list of what gets another owner: $type", (object) => {
    const graph = {
      ...graphOf('roles: [{ name: heir }]'),
      ownerships: [{ owner: 'heir', object, adoptCode: false }],
    };
    const belonging = { ...object, schema: object.schema ?? null, subtype: object.type };
    const shown = { names: null, follows: null, columns: false, code: false };
    const row = rowShape.parse({
      ...retiredRow,
      dependencies: [
        {
          what: 'owned',
          where: 'here',
          revocable: false,
          granted: null,
          code: false,
          belonging: { ...belonging, ...shown },
          count: 1,
          objects: [object.name],
        },
      ],
    });
    const live = superuserLive(graph);
    expect(remaining(row, live, kinds).dependencies).toEqual([]);
    expect(remaining(row, live).dependencies).toHaveLength(1);
  });

  test('the list of what can get another owner', () => {
    expect([...ownedTypesOf(kinds).keys()]).toEqual(
      expect.arrayContaining(['gadget_grant', 'steam_engine_grant']),
    );
  });

  test('the rights that a declared owner needs', () => {
    const sql = ownersAsked(kinds, 16);
    expect(sql).toContain("o.schema IS NULL AND n.type = 'steam_engine'");
    expect(sql).toContain('JOIN pg_catalog.pg_engine_metadata x ON x.engname = n.name');
    expect(sql).toContain('JOIN pg_catalog.pg_boiler u ON u.oid = x.engboiler');
    expect(sql).toContain("has_boiler_privilege(r.oid, u.oid, 'USAGE')");
    expect(sql).not.toContain('gadget');
    expect(ownersAsked(kinds, 14)).not.toContain('steam_engine');
  });

  test('the rights that the heir of a retired role needs', () => {
    const needs = demandsOf(16, catalogs);
    expect(needs).toContain('FROM pg_catalog.pg_gadget o JOIN pg_catalog.pg_namespace n');
    expect(needs).toContain("has_boiler_privilege(h.oid, u.oid, 'USAGE')");
    expect(needs).toContain(`WHERE d.classid = ${engines} AND x.oid = d.objid`);
    expect(needs).not.toMatch(/pg_catalog\.pg_(class|type) o JOIN/);
    expect(retirementSql).toContain(needs);
  });

  test('the findings on what the policy does not look at', () => {
    expect(outsideSql).toContain("c.gadnamespace AS namespace, 'gadget' AS type");
    expect(outsideSql).toContain(`(${engines}::oid, 'steam_engine')`);
    expect(outsideSql).toMatch(/d\.classid IN \([^)]*'pg_catalog\.pg_engine'::regclass\)/);
    expect(classesReadWhole(kinds, 16)).toContain(gadgets);
    expect(classesReadWhole(kinds, 16)).not.toContain(engines);
  });

  test('the words of a manifest', () => {
    const types = grantableTypesOf(kinds);
    expect(objectWords(types)).toEqual(expect.arrayContaining(['gadget', 'steam_engine']));
    expect(defaultWords(types)).toEqual(expect.arrayContaining(['gadget', 'steam_engine']));
    expect(privilegeNames(types)).toEqual(expect.arrayContaining(words.privileges));
  });

  test('the default privileges', () => {
    const letters = defaultTypesOf(kinds).map(({ type, defaults }) => [type, defaults.letter]);
    expect(letters).toEqual(expect.arrayContaining([['gadget', 'g']]));
  });

  test('the documentation', () => {
    const rows = typeRows(grantableTypesOf(kinds));
    expect(rows).toContain('| `gadget` | yes | SPIN, STOP | yes | yes |');
    expect(rows).toContain('| `steam_engine` (from PostgreSQL 15) | no | SPIN, STOP | yes | yes |');
  });
});

test('the admission checks of the chart list a type outside schemas, by its row alone', () => {
  const text = admissionTypes(grantableTypesOf(kinds));
  expect(text.match(/"steam_engine"/g)).toHaveLength(2);
  expect(text).not.toContain('gadget');
});

test('the bounds and the findings on code count the types whose objects can run code of their owner', () => {
  const types = Object.entries(grantableTypesOf(kinds)).filter(([, type]) => canHaveCode(type));
  expect(types.map(([word]) => word).sort()).toEqual([
    'function',
    'materialized_view',
    'procedure',
    'routine',
    'table',
    'view',
  ]);
});

test('a query has no catalog that the server is too old for', () => {
  const sql = retiredRoles(kinds).sql(14, scope);
  expect(sql).toContain('pg_gadget');
  expect(sql).not.toContain('pg_engine');
  expect(sql).not.toContain('pg_parameter_acl');
});

test('a type is outside schemas exactly when its catalog says so', () => {
  const wrong = grantKinds.filter(({ grantable: { catalog, isSchema, outsideSchemas } }) => {
    const isOutside =
      catalog.schema === undefined && isSchema !== true && catalog.part === undefined;
    return isOutside !== (outsideSchemas === true);
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
  const needing = grantKinds.filter(({ grantable }) => grantable.catalog.ownerNeeds !== undefined);
  expect(needing.every(({ grantable }) => grantable.outsideSchemas)).toBe(true);
});
