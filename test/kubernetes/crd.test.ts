import { ApiextensionsV1Api } from '@kubernetes/client-node';
import { beforeAll, expect, test } from '@jest/globals';
import { readPolicyResource } from '../../core/document/resource.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { policiesIn, policyNamed } from './policies.ts';

let policies: ReturnType<typeof policiesIn>;

beforeAll(async () => {
  const config = await kubernetes();
  policies = policiesIn(config, await freshNamespace(config));
});

const at = '2026-03-06T10:30:00.000Z';
const status = {
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Reconciled',
      message: 'applied 5 changes',
      last_transition_time: at,
      lastTransitionTime: at,
      observedGeneration: 1,
    },
    { type: 'Drifted', status: 'False', reason: 'InSync', message: '', last_transition_time: at },
  ],
  observed_generation: 1,
  observedGeneration: 1,
  observed_version: '1',
  last_reconcile_time: at,
  last_successful_reconcile_time: at,
  last_change_time: at,
  change_summary: { roles_created: 2, grants_added: 3, total: 5 },
  planned_sql: 'SELECT 1;',
  applied_sql: 'SELECT 1;',
  finding_count: 1,
  findings: [{ code: 'OutsidePolicy', role: 'ana', message: 'ana owns a table' }],
  last_error: 'permission denied',
  transient_failure_count: 0,
  managed_database_identity: '0123456789abcdef/shop',
  owned_roles: ['ana'],
  owned_schemas: ['app'],
  named_groups: ['staff'],
  named_roles: ['bob'],
  exclusive_groups: ['admins'],
  external_roles: ['eve'],
  named_members: ['joe'],
  covers_database: true,
  claim_unproven: true,
  claimed_since: at,
  applied_password_source_versions: { ana: 'v1' },
  applied_password_server: '0123456789abcdef',
};

test('the API server accepts the whole definition and its names', async () => {
  const api = (await kubernetes()).makeApiClient(ApiextensionsV1Api);
  const definition = await api.readCustomResourceDefinition({
    name: 'postgrespolicies.pgroles.io',
  });
  expect(definition.status?.acceptedNames).toMatchObject({
    kind: 'PostgresPolicy',
    plural: 'postgrespolicies',
    singular: 'postgrespolicy',
    shortNames: ['pgr'],
    categories: ['pgroles'],
  });
  const conditions = definition.status?.conditions ?? [];
  expect(conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
  expect(conditions).toContainEqual(
    expect.objectContaining({ type: 'Established', status: 'True' }),
  );
});

test('kubectl get shows the state of a policy', async () => {
  const { metadata } = await policies.create(policyNamed('shown'));
  await policies.applyStatus(metadata.name, statusOf('shown', status));
  const { columnDefinitions, rows } = await policies.table();
  expect(columnDefinitions.map(({ name, priority }) => `${name} ${priority}`)).toEqual([
    'Name 0',
    'Ready 0',
    'Mode 0',
    'Recon 1',
    'Drift 0',
    'Changes 0',
    'Last Reconcile 0',
    'Reason 1',
    'Database 1',
    'Age 0',
  ]);
  const cells = rows.map((row) => row.cells).find(([name]) => name === 'shown');
  expect(cells).toEqual([
    'shown',
    'True',
    'apply',
    'authoritative',
    'False',
    5,
    expect.stringMatching(/^\d/),
    'Reconciled',
    '0123456789abcdef/shop',
    expect.stringMatching(/^\d+s$/),
  ]);
});

test('a status is stored completely, and applying it changes neither spec nor generation', async () => {
  const spec = { roles: [{ name: 'ana', login: true }] };
  const created = await policies.create(policyNamed('whole', spec));
  const applied = await policies.applyStatus('whole', {
    ...statusOf('whole', status),
    spec: { suspend: true, roles: [] },
  });
  expect(applied.status).toEqual(status);
  expect(applied.spec).toEqual(created.spec);
  expect(applied.metadata.generation).toBe(1);
  expect(readPolicyResource(applied)).toMatchObject({ kind: 'policy' });
});

test('a condition that is applied again replaces the one of its type', async () => {
  await policies.create(policyNamed('conditions'));
  await policies.applyStatus('conditions', statusOf('conditions', status));
  const [ready] = status.conditions;
  const conditions = [{ ...ready, status: 'Unknown', reason: 'Reconciling' }];
  const { status: now } = await policies.applyStatus(
    'conditions',
    statusOf('conditions', { ...status, conditions }),
  );
  expect(now?.conditions).toEqual(conditions);
});

test('a change of the spec cannot change the status', async () => {
  const created = await policies.create({ ...policyNamed('spec-only'), status });
  expect(created.status).toBeUndefined();
});

test('two appliers can each own roles of one policy', async () => {
  const admin = await kubernetes();
  const namespace = await freshNamespace(admin);
  const one = policiesIn(admin, namespace);
  const other = policiesIn(admin, namespace, 'other');
  await one.apply('shared', policyNamed('shared', { roles: [{ name: 'ana' }] }));
  await other.apply('shared', policyNamed('shared', { roles: [{ name: 'bob' }] }));
  expect((await one.read('shared')).spec.roles).toEqual([{ name: 'ana' }, { name: 'bob' }]);
});

function statusOf(name: string, applied: object): object {
  const { apiVersion, kind } = { apiVersion: 'pgroles.io/v1alpha1', kind: 'PostgresPolicy' };
  return { apiVersion, kind, metadata: { name }, status: applied };
}
