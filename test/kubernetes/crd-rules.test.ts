import { beforeAll, describe, expect, test } from '@jest/globals';
import { readPolicyResource } from '../../core/document/resource.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { policiesIn, policyNamed, refusalOf } from './policies.ts';

let policies: ReturnType<typeof policiesIn>;

beforeAll(async () => {
  const config = await kubernetes();
  policies = policiesIn(config, await freshNamespace(config));
});

const params = {
  host: 'db',
  dbname: 'shop',
  username: 'manager',
  passwordSecret: { name: 'shop', key: 'password' },
};
const selector = { name: 'shop', key: 'it' };
const grant = { role: 'ana', privileges: ['SELECT'], on_type: 'table' };
const table = { type: 'table', schema: 'app', name: 'orders' };

function connection(change: object): object {
  return { connection: { params: { ...params, ...change } } };
}

function identity(auth: object, change: object = {}): object {
  return connection({ ...missing('password'), auth, ...change });
}

const oneLogin = 'needs either auth, or password, passwordSecret or sslCertSecret';

function role(fields: object): object {
  return { roles: [{ name: 'ana', ...fields }] };
}

function generated(generate: object): object {
  return role({ login: true, password: { generate } });
}

function defaults(fields: object): object {
  return { default_privileges: [{ grant: [grant], owner: 'own', schema: 'app', ...fields }] };
}

const missing = (field: string) => ({ [field]: undefined, [`${field}Secret`]: undefined });
const oneOf = (one: string, other: string) => `needs exactly one of ${one} and ${other}`;

const refused: [object, string][] = [
  [{ connection: {} }, `spec.connection: Invalid value: ${oneOf('secretRef', 'params')}`],
  [
    { connection: { secretRef: { name: 'shop' }, params } },
    `spec.connection: Invalid value: ${oneOf('secretRef', 'params')}`,
  ],
  ...['host', 'dbname', 'username'].flatMap((field): [object, string][] => {
    const message = `spec.connection.params: Invalid value: ${oneOf(field, `${field}Secret`)}`;
    return [
      [connection(missing(field)), message],
      [connection({ [field]: 'x', [`${field}Secret`]: selector }), message],
    ];
  }),
  [
    connection({ port: 5432, portSecret: selector }),
    'spec.connection.params: Invalid value: has both port and portSecret: keep one',
  ],
  [connection(missing('password')), `spec.connection.params: Invalid value: ${oneLogin}`],
  [
    connection({ auth: { type: 'aws_rds_iam' } }),
    `spec.connection.params: Invalid value: ${oneLogin}`,
  ],
  [
    identity({ type: 'aws_rds_iam' }, { sslMode: 'prefer' }),
    'spec.connection.params.sslMode: Invalid value: may send the token of auth without TLS',
  ],
  [
    identity({ type: 'azure_workload_identity' }, { sslMode: 'require' }),
    'spec.connection.params.sslMode: Invalid value: would send the token of auth to any server',
  ],
  [
    identity({ type: 'aws_rds_iam', scope: 'https://example.com' }),
    'spec.connection.params.auth.scope: Invalid value: is for gcp_workload_identity and azure_workload_identity only',
  ],
  [
    identity({ type: 'azure_workload_identity', impersonateServiceAccount: 'a@b.c' }),
    'spec.connection.params.auth.impersonateServiceAccount: Invalid value: is for gcp_workload_identity only',
  ],
  [
    connection({ password: 'x', passwordSecret: selector }),
    'spec.connection.params: Invalid value: has both password and passwordSecret: keep one',
  ],
  ...['sslCertSecret', 'sslKeySecret'].map((field): [object, string] => [
    connection({ [field]: selector }),
    'spec.connection.params: Invalid value: needs both sslCertSecret and sslKeySecret, or neither of them',
  ]),
  [
    connection({ sslMode: 'prefer', sslRootCertSecret: selector }),
    'spec.connection.params.sslMode: Invalid value: never checks sslRootCertSecret: write verify-full or verify-ca',
  ],
  [connection({ port: '5432;' }), 'spec.connection.params.port in body should match'],
  [connection({ channelBinding: 'on' }), 'channelBinding: Unsupported value: "on"'],
  [
    connection({ targetSessionAttrs: 'standby' }),
    'targetSessionAttrs: Unsupported value: "standby"',
  ],
  [
    connection({ sslMode: 'require', sslModeSecret: selector }),
    'spec.connection.params: Invalid value: has both sslMode and sslModeSecret: keep one',
  ],
  [connection({ sslMode: 'on' }), 'spec.connection.params.sslMode: Unsupported value: "on"'],
  [connection({ port: 70_000 }), 'spec.connection.params.port in body should be less than'],
  [
    { mode: 'dry' },
    'spec.mode: Unsupported value: "dry": supported values: "apply", "plan", "observe"',
  ],
  [{ reconciliation_mode: 'all' }, 'spec.reconciliation_mode: Unsupported value: "all"'],
  [{ coverage: 'all' }, 'spec.coverage: Unsupported value: "all"'],
  [{ approval: 'never' }, 'spec.approval: Unsupported value: "never"'],
  [
    { approval: 'manual' },
    'spec.approval: Invalid value: manual is not supported in mode apply: use mode plan',
  ],
  [{ interval: 'soon' }, 'spec.interval in body should match'],
  [role({ name: 'x'.repeat(64) }), 'spec.roles[0].name: Too long: may not be more than 63 bytes'],
  [role({ name: '' }), 'spec.roles[0].name in body should be at least 1 chars long'],
  [
    role({ name: 'pg_staff' }),
    'spec.roles[0].name: Invalid value: starts with pg_, which PostgreSQL reserves for its own roles',
  ],
  [
    { schemas: [{ name: 'pg_app' }] },
    'spec.schemas[0].name: Invalid value: starts with pg_, which PostgreSQL reserves for its own schemas',
  ],
  [role({ external: true, createdb: true }), 'spec.roles[0]: Invalid value: is an external role'],
  [{ roles: [{ name: 'ana' }, { name: 'ana' }] }, 'spec.roles[1]: Duplicate value: {"name":"ana"}'],
  [{ schemas: [{ name: 'a' }, { name: 'a' }] }, 'spec.schemas[1]: Duplicate value: {"name":"a"}'],
  [role({ connection_limit: -2 }), 'spec.roles[0].connection_limit in body should be greater than'],
  [
    role({ login: true, password_valid_until: 'never' }),
    'spec.roles[0].password_valid_until in body should match',
  ],
  [role({ config: { work_mem: ['4MB'] } }), 'spec.roles[0].config.work_mem: Too many: 1'],
  [
    role({ password: { generate: {} } }),
    'spec.roles[0].password: Invalid value: is set for a role that cannot log in: add login: true',
  ],
  ...[{}, { secretRef: { name: 'it' }, generate: {} }].map((password): [object, string] => [
    role({ login: true, password }),
    `spec.roles[0].password: Invalid value: ${oneOf('secretRef', 'generate')}`,
  ]),
  [
    role({ login: true, password: { from_env: 'HOME' } }),
    'unknown field "spec.roles[0].password.from_env"',
  ],
  [
    role({ login: true, password: { secretRef: { name: 'it' }, secretKey: 'a b' } }),
    'spec.roles[0].password.secretKey in body should match',
  ],
  [
    generated({ secretKey: 'verifier' }),
    'spec.roles[0].password.generate.secretKey: Invalid value: is taken by the SCRAM verifier',
  ],
  [
    generated({ length: 15 }),
    'password.generate.length in body should be greater than or equal to 16',
  ],
  [
    generated({ length: 129 }),
    'password.generate.length in body should be less than or equal to 128',
  ],
  [generated({ secretName: 'It_Is' }), 'password.generate.secretName in body should match'],
  [
    { grants: [{ role: 'ana', privileges: ['SELECT'] }] },
    'spec.grants[0]: Invalid value: lacks object: say what the privileges are on',
  ],
  [
    { grants: [{ role: 'ana', privileges: ['select'], object: table }] },
    'spec.grants[0].privileges[0]: Unsupported value: "select"',
  ],
  [
    { grants: [{ role: 'ana', privileges: ['SELECT'], object: { ...table, type: 'tabel' } }] },
    'spec.grants[0].object.type: Unsupported value: "tabel"',
  ],
  [
    { grants: [{ role: 'ana', privileges: ['SELECT'], ensure: 'gone', object: table }] },
    'spec.grants[0].ensure: Unsupported value: "gone"',
  ],
  [
    defaults({ schema: undefined }),
    `spec.default_privileges[0]: Invalid value: ${oneOf('schema', 'scope')}`,
  ],
  [
    defaults({ scope: { type: 'global' } }),
    `spec.default_privileges[0]: Invalid value: ${oneOf('schema', 'scope')}`,
  ],
  [
    defaults({ owners: ['ana'] }),
    'spec.default_privileges[0]: Invalid value: has both owner and owners: keep one',
  ],
  ...[{ type: 'schema' }, { type: 'global', schema: 'app' }].map((scope): [object, string] => [
    defaults({ schema: undefined, scope }),
    'spec.default_privileges[0].scope: Invalid value: needs schema with type schema, and must not have it with type global',
  ]),
  [defaults({ schema: undefined, scope: { type: 'all' } }), 'scope.type: Unsupported value: "all"'],
  [
    defaults({ grant: [{ ...grant, role: undefined }] }),
    'spec.default_privileges[0].grant[0]: Invalid value: lacks role: say who gets the privileges',
  ],
  [
    defaults({ grant: [{ ...grant, on_type: 'database' }] }),
    'grant[0].on_type: Unsupported value: "database"',
  ],
  [
    { retirements: [{ role: 'pg_monitor' }] },
    'spec.retirements[0].role: Invalid value: starts with pg_, which PostgreSQL reserves',
  ],
  [
    { retirements: [{ role: 'ana', reassign_owned_to: 'ana' }] },
    'spec.retirements[0].reassign_owned_to: Invalid value: is the retired role itself',
  ],
  [
    { retirements: [{ role: 'ana' }, { role: 'ana' }] },
    'spec.retirements[1]: Duplicate value: {"role":"ana"}',
  ],
];

describe.each(refused)('%j', (spec, message) => {
  test(`is refused by the API server: ${message}`, async () => {
    expect(await refusalOf(policies.create(policyNamed('wrong', spec)))).toContain(message);
  });

  test('a worker refuses it too', () => {
    expect(readPolicyResource(policyNamed('wrong', spec))).toMatchObject({ kind: 'invalid' });
  });
});

const allowed: [string, object][] = [
  ['no more than a connection', {}],
  ['a cloud identity', identity({ type: 'aws_rds_iam', region: 'eu-central-1' })],
  ['a group of PostgreSQL as an external role', role({ name: 'pg_monitor', external: true })],
  [
    'values of settings as text and number and truth',
    role({ config: { a: '1', b: 1.5, c: true } }),
  ],
  ['the shortest generated password', generated({ length: 16 })],
  ['the longest generated password', generated({ length: 128 })],
  [
    'the older spelling of object',
    { grants: [{ role: 'ana', privileges: ['SELECT'], on: table }] },
  ],
  ['approval by hand where nothing is applied', { mode: 'plan', approval: 'manual' }],
  ['approval by hand where changes are observed', { mode: 'observe', approval: 'manual' }],
];

test.each(allowed)('%s is allowed', async (name, spec) => {
  const policy = policyNamed(name.replaceAll(' ', '-').toLowerCase(), spec);
  expect(await refusalOf(policies.create(policy))).toBeUndefined();
  expect(readPolicyResource(policy)).toMatchObject({ kind: 'policy' });
});

test('missing fields get their defaults', async () => {
  const { spec } = await policies.create(policyNamed('plain'));
  expect(spec).toEqual({
    connection: { secretRef: { name: 'shop-admin' } },
    interval: '5m',
    suspend: false,
    mode: 'apply',
    reconciliation_mode: 'authoritative',
    deletion_policy: 'Retain',
  });
});

test('a policy without a spec is refused', async () => {
  const { apiVersion, kind } = { apiVersion: 'pgroles.io/v1alpha1', kind: 'PostgresPolicy' };
  const refusal = refusalOf(policies.create({ apiVersion, kind, metadata: { name: 'empty' } }));
  expect(await refusal).toContain('spec: Required value');
});

test('the longest allowed lists can be stored, and every rule can check them', async () => {
  const roles = Array.from({ length: 5_000 }, (_, index) => ({ name: `role_${index}` }));
  expect(await refusalOf(policies.create(policyNamed('long', { roles })))).toBeUndefined();
  const more = policyNamed('longer', { roles: [...roles, { name: 'one_more' }] });
  expect(await refusalOf(policies.create(more))).toContain('spec.roles: Too many: 5001');
});
