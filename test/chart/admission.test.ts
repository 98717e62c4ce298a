import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { connectionRefusal, policyRefusal } from '../../core/bounds/check.ts';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import type { Rule } from '../../core/bounds/rule.ts';
import { readPolicyResource } from '../../core/document/resource.ts';
import { serverList } from '../../core/manifest/server-list.ts';
import { policiesIn, policyNamed, refusalOf } from '../kubernetes/policies.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';
import { applied } from './apply.ts';
import { kubectl, manifests, template, type Manifest } from './helm.ts';

const kinds = 'validatingadmissionpolicies,validatingadmissionpolicybindings';

let name: string, shop: string, open: string, other: string;
let rules: readonly Rule[];
let fewRules: readonly Rule[];

beforeAll(async () => {
  const admin = await kubernetes();
  const fresh = () => freshNamespace(admin);
  [shop, open, other] = [await fresh(), await fresh(), await fresh()];
  name = `r-${randomUUID()}`.slice(0, 20);
  const set = [`bounds[1].namespaces={${shop}}`, `namespaces.list={${shop},${open}}`];
  const few = [`bounds[2].namespaces={${open}}`, 'bounds[2].name=few', 'bounds[2].schemas={shop}'];
  const more = [`fullnameOverride=${name}`, ...few];
  const all = manifests(await template('everything', { set: [...set, ...more] }));
  const { stderr } = await applied(all.filter(({ kind }) => kind.startsWith('Validating')));
  if (stderr !== '') throw new Error(stderr);
  const bounds = parseBounds(boundsIn(all), 'bounds.yaml');
  [rules, fewRules] = [rulesFor(bounds, shop), rulesFor(bounds, open)];
  // The API server applies it after a moment.
  await eventually(async () => (await said(shop, { roles: [{ name: 'boss' }] })) !== undefined);
});

afterAll(async () => {
  await kubectl(['delete', kinds, `${name}-access-bounds`]);
});

const configMap = z.object({ data: z.object({ 'bounds.yaml': z.string() }) });

/** The rules, parsed by the code of the worker. */
function boundsIn(all: readonly Manifest[]): string {
  const found = all.find(({ metadata }) => metadata.name === `${name}-bounds`);
  return configMap.parse(found).data['bounds.yaml'];
}

const connection = { secretRef: { name: 'shop-database' } };

function policyOf(spec: object): object {
  return policyNamed(`p-${randomUUID()}`, { connection, ...spec });
}

/** The error of the API server for a policy; undefined if it accepts the policy. */
async function said(namespace: string, spec: object): Promise<string | undefined> {
  return refusalOf(policiesIn(await kubernetes(), namespace).create(policyOf(spec)));
}

/** Whether the worker rejects it too, without reading Secrets. */
function workerRefuses(spec: object, rules: readonly Rule[]): boolean {
  const read = readPolicyResource(policyOf(spec));
  if (read.kind === 'invalid') throw read.refusal;
  if (read.kind !== 'policy') throw new Error('not a policy');
  const { host, port, dbname, username, setRole } = read.spec.connection.params ?? {};
  const list = serverList(host ?? 'db.databases.svc', port === undefined ? port : String(port));
  if (!('servers' in list)) throw new Error('not a list of servers');
  const [first, ...otherHosts] = list.servers;
  const point = { ...first, otherHosts, database: dbname, user: username, role: setRole };
  return (
    policyRefusal(rules, read) !== undefined || connectionRefusal(rules, read, point) !== undefined
  );
}

const params = {
  ...{ host: 'db.databases.svc', port: 5432, dbname: 'shop', username: 'shop-manager' },
  passwordSecret: { name: 'shop-database', key: 'password' },
};
const at = (changed: object) => ({ connection: { params: { ...params, ...changed } } });
const inZone = (zone: string) => ({ connection: { ...connection, zone } });
const identity = { passwordSecret: undefined, auth: { type: 'aws_rds_iam' } };
const table = { type: 'table', schema: 'shop', name: 't' };
const reads = { role: 'shop-app', privileges: ['SELECT'], object: table };
const role = { name: 'shop-app' };
const joins = (group: string, member: object = { name: 'shop-app' }) => ({
  memberships: [{ role: group, members: [member] }],
});
const later = (entry: object, grant: object = {}) => ({
  default_privileges: [
    {
      schema: 'shop',
      grant: [{ role: 'shop-app', privileges: ['SELECT'], on_type: 'table', ...grant }],
      ...entry,
    },
  ],
});

describe('a policy within bounds', () => {
  test.each([
    ['nothing', {}],
    ['its roles', { roles: [role, { name: 'shop-b', config: { WORK_MEM: '4MB' } }] }],
    ['external roles of its own', { roles: [{ name: 'shop-a', external: true }] }],
    ['its connection', at({})],
    ['a host in capitals', at({ host: 'DB.databases.svc.' })],
    ['an address', at({ host: 'fd00::5' })],
    ['an allowed zone', inZone('eu')],
    ['an allowed cloud identity', at(identity)],
    ['an address in brackets', at({ host: '[fd00::5]' })],
    ['several hosts', at({ host: 'db.databases.svc, fd00::5', port: '5432,5432' })],
    [
      'certificates of its Secrets',
      at({ sslRootCertSecret: { name: 'shop-database', key: 'ca.crt' } }),
    ],
    ['its groups', joins('shop-all', { name: 'ana' })],
    ['groups of others', joins('all')],
    ['a role of PostgreSQL', joins('pg_monitor')],
    [
      'grants',
      { grants: [reads, { ...reads, role: 'ana', object: { ...table, columns: ['c'] } }] },
    ],
    [
      'what is taken from its roles',
      { grants: [{ ...reads, ensure: 'absent', object: { ...table, schema: 'x' } }] },
    ],
    ['schemas', { schemas: [{ name: 'shop_2', owner: 'boss' }] }],
    ['default privileges', later({})],
    ['ownership', { ownership: [{ owner: 'boss', object: table }] }],
  ])('passes with %s', async (_what, spec) => {
    expect(workerRefuses(spec, rules)).toBe(false);
    expect(await said(shop, spec)).toBeUndefined();
  });
});

test.each([
  [at(identity), 'logs in with a cloud identity, but no rule about the namespace has hosts'],
  [inZone('eu'), 'uses a zone, but no rule about the namespace has zones'],
])('%j is rejected if no rule for the namespace allows it', async (spec, words) => {
  expect(workerRefuses(spec, fewRules)).toBe(true);
  expect(await said(open, spec)).toContain(`PolicyOutOfBounds: ${words}`);
});

describe('a policy out of bounds is rejected', () => {
  test.each([
    [inZone('us'), 'uses zone "us"'],
    [at({ host: 'db.databases.svc.evil.com' }), 'connects to host "db.databases.svc.evil.com"'],
    [at({ host: 'db.databases.svc,evil.com' }), 'connects to host "evil.com"'],
    ...['sslRootCertSecret', 'sslKeySecret'].map((field): [object, string] => [
      at({
        sslCertSecret: { name: 'shop-database', key: 'tls.crt' },
        sslKeySecret: { name: 'shop-database', key: 'tls.key' },
        [field]: { name: 'admin', key: 'k' },
      }),
      'reads its connection from Secret "admin"',
    ]),
    [at({ dbname: 'other' }), 'connects to database "other"'],
    [at({ username: 'postgres' }), 'connects as role "postgres"'],
    [at({ setRole: 'boss' }), 'connects as role "boss"'],
    [
      at({ passwordSecret: undefined, auth: { type: 'azure_workload_identity' } }),
      'logs in with the cloud identity "azure_workload_identity"',
    ],
    [{ connection: { secretRef: { name: 'admin' } } }, 'reads its connection from Secret "admin"'],
    [
      at({ passwordSecret: { name: 'admin', key: 'k' } }),
      'reads its connection from Secret "admin"',
    ],
    [
      {
        roles: [
          { ...role, external: true, preserve_undeclared_grants: true },
          { name: 'x', external: true },
        ],
      },
      'decides what is granted to external role "x"',
    ],
    [{ mode: 'plan' }, 'has mode "plan"'],
    [{ mode: 'observe' }, 'has mode "plan"'],
    [{ reconciliation_mode: 'additive' }, 'has reconciliation_mode "additive"'],
    [{ roles: [{ name: 'boss' }] }, 'declares role "boss"'],
    [{ roles: [{ ...role, superuser: true }] }, 'gives superuser to role "shop-app"'],
    [{ roles: [{ ...role, login: true }] }, 'gives login to role "shop-app"'],
    [
      {
        profiles: { p: { login: true } },
        schemas: [{ name: 'shop', profiles: ['p'], owner: 'boss' }],
      },
      'gives login to the roles of profile "p"',
    ],
    [
      { roles: [{ ...role, config: { Log_Statement: 'none' } }] },
      'decides the settings of role "shop-app"',
    ],
    [{ retirements: [{ role: 'other' }] }, 'retires role "other"'],
    [{ retirements: [{ role: 'shop-old' }] }, 'retires roles'],
    [{ grants: [{ ...reads, role: 'ben' }] }, 'grants to role "ben"'],
    [{ grants: [{ ...reads, role: 'ben', ensure: 'absent' }] }, 'takes from role "ben"'],
    [{ grants: [{ ...reads, role: 'PUBLIC' }] }, 'grants to PUBLIC'],
    [{ grants: [{ ...reads, privileges: ['SELECT', 'TRUNCATE'] }] }, 'grants "TRUNCATE"'],
    [
      { grants: [{ ...reads, privileges: ['CREATE'], object: { type: 'schema', name: 'shop' } }] },
      'grants "CREATE"',
    ],
    [{ grants: [{ ...reads, with_grant_option: true }] }, 'lets roles grant onwards'],
    [
      { grants: [{ ...reads, object: { ...table, schema: 'public' } }] },
      'grants in schema "public"',
    ],
    [
      {
        grants: [{ role: 'shop-app', privileges: ['SELECT'], on: { ...table, schema: 'public' } }],
      },
      'grants in schema "public"',
    ],
    [
      { grants: [{ ...reads, privileges: ['USAGE'], object: { type: 'schema', name: 'public' } }] },
      'grants on schema "public"',
    ],
    [
      { grants: [{ ...reads, object: { type: 'large_object', name: '16400' } }] },
      'grants on an object of type "large_object"',
    ],
    [{ schemas: [{ name: 'other', owner: 'boss' }] }, 'declares schema "other"'],
    [{ schemas: [{ name: 'shop' }], default_owner: 'ben' }, 'gives schemas to role "ben"'],
    [{ ownership: [{ owner: 'ben', object: table }] }, 'gives objects to role "ben"'],
    [
      { ownership: [{ owner: 'boss', object: { ...table, schema: 'x' } }] },
      'gives away objects in schema "x"',
    ],
    [later({ owner: 'ben' }), 'sets default privileges of role "ben"'],
    [later({ owners: ['shop-app', 'ben'] }), 'sets default privileges of role "ben"'],
    [later({ schema: 'other' }), 'sets default privileges in schema "other"'],
    [later({}, { role: 'ben' }), 'grants by default to role "ben"'],
    [later({}, { privileges: ['TRUNCATE'] }), 'grants by default "TRUNCATE"'],
    [joins('ben'), 'makes roles members of "ben"'],
    [joins('pg_write_all_data'), 'makes roles members of "pg_write_all_data"'],
    [joins('postgres'), 'makes roles members of "postgres"'],
    [joins('shop-all', { name: 'ben' }), 'adds to the members of its groups role "ben"'],
    [joins('all', { name: 'ana' }), 'adds to the members of groups of others role "ana"'],
    [joins('all', { name: 'shop-app', admin: true }), 'lets roles add members to role "all"'],
    [
      { memberships: [{ role: 'all', exclusive: true, members: [{ name: 'shop-app' }] }] },
      'decides all members of role "all"',
    ],
  ])('%j', async (spec, words) => {
    const refusal = `denied request: PolicyOutOfBounds: rule [a-z-]+: ${escaped(words)}, but `;
    expect(await said(shop, spec)).toMatch(new RegExp(refusal));
    expect(workerRefuses(spec, rules)).toBe(true);
  });
});

describe('rules with schemas but without object types', () => {
  const onDatabase = (more: object) => ({
    grants: [{ ...reads, object: { type: 'database', name: 'shop' }, ...more }],
  });

  test('CONNECT on a database is allowed', async () => {
    const spec = onDatabase({ privileges: ['CONNECT', 'TEMPORARY'] });
    expect(workerRefuses(spec, fewRules)).toBe(false);
    expect(await said(open, spec)).toBeUndefined();
  });

  test.each([
    [onDatabase({ privileges: ['CREATE'] }), 'grants on database "shop"'],
    [onDatabase({ privileges: ['CONNECT'], ensure: 'absent' }), 'grants on database "shop"'],
    [
      { ownership: [{ owner: 'boss', object: { type: 'database', name: 'shop' } }] },
      'gives away an object of type "database"',
    ],
    [
      { grants: [{ ...reads, object: { type: 'large_object', name: '16400' } }] },
      'grants on an object of type "large_object"',
    ],
  ])('%j is refused', async (spec, words) => {
    const but = 'schemas are shop, and object_types allows no other object';
    expect(await said(open, spec)).toContain(`PolicyOutOfBounds: rule few: ${words}, but ${but}`);
    expect(workerRefuses(spec, fewRules)).toBe(true);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?]/g, String.raw`\$&`);
}

test('the admission policy ignores namespaces of other installations', async () => {
  expect(await said(other, { roles: [{ name: 'boss', superuser: true }] })).toBeUndefined();
});

test('a policy that is now out of bounds can be labelled and deleted, but not changed', async () => {
  const policies = policiesIn(await kubernetes(), other);
  await policies.create(policyNamed('old', { connection, roles: [{ name: 'boss' }] }));
  await kubectl(['label', 'namespace', other, 'pgwarden.io/installation=access.of-its-own']);
  const admin = { name: 'boss', superuser: true };
  const worse = policyNamed('old', { connection, roles: [admin] });
  // The API server notices the label after a moment.
  const refused = await eventually(() => refusalOf(policies.apply('old', worse)));
  expect(refused).toContain('rule nobody-is-superuser: gives superuser to role "boss"');
  await policies.annotate('old', { 'example.com/seen': 'yes' });
  await policies.delete('old');
});
