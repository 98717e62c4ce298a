import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { uniqueName } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { conditionOf } from './cluster.ts';
import type { Operator } from './operator.ts';
import { policiesIn, policyNamed, refusalOf } from './policies.ts';
import { adminOf, becomesReady, grantRoles, openTenants, type Tenants } from './tenants.ts';

let tenants: Tenants;
let operator: Operator;
let mine: string;
let theirs: string;

beforeAll(async () => {
  tenants = await openTenants();
  operator = await tenants.started({ mode: 'dynamic' });
  const { create } = adminOf(operator);
  [mine, theirs] = [await create(operator.installation), await create(operator.installation)];
  await operator.config.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace: theirs,
    body: { metadata: { name: 'theirs' }, stringData: { DATABASE_URL: tenants.database.url } },
  });
}, 120_000);

afterAll(() => tenants.close());

test.each(['theirs', 'OTHER/theirs', '../../OTHER/secrets/theirs', 'OTHER%2Ftheirs'])(
  'a tenant cannot read the Secret of another by the name %s',
  async (spelling) => {
    const name = uniqueName('policy').replaceAll('_', '-');
    const secret = spelling.replace('OTHER', theirs);
    const policies = policiesIn(operator.config, mine);
    const before = operator.requests.length;
    const policy = policyNamed(name, { connection: { secretRef: { name: secret } } });
    if ((await refusalOf(policies.create(policy))) === undefined) {
      const wanted = { status: 'False' };
      await eventually(async () => conditionOf(await policies.read(name), 'Ready', wanted));
    }
    const asked = operator.requests.slice(before);
    expect(asked.filter((each) => each.includes(theirs))).toEqual([]);
  },
);

test("a tenant that removes pgwarden's rights in its namespace delays no other, even while claims are collected again", async () => {
  const operator = await tenants.operatorWith({ mode: 'readonly' });
  const { create, rbac } = adminOf(operator);
  const [broken, sound] = [
    await create(operator.installation),
    await create(operator.installation),
  ];
  await Promise.all([grantRoles(operator, broken), grantRoles(operator, sound)]);
  await operator.start();
  await Promise.all([operator.until(broken, 'Running'), operator.until(sound, 'Running')]);
  for (const { metadata } of (await rbac.listNamespacedRole({ namespace: broken })).items) {
    const name = metadata?.name ?? '';
    const body = { metadata: { name }, rules: [] };
    await rbac.replaceNamespacedRole({ name, namespace: broken, body });
  }
  await operator.until(broken, 'RBACMissing');
  // For the first policy of its server, the claims in all statuses are read.
  await tenants.declare(operator, sound);
  await becomesReady(operator, sound);
});

test('policies with one name in two namespaces are two policies, and neither affects the other', async () => {
  const [one, other] = [
    await tenants.declare(operator, mine),
    await tenants.declare(operator, theirs),
  ];
  await Promise.all([becomesReady(operator, mine), becomesReady(operator, theirs)]);
  const policies = policiesIn(operator.config, mine);
  await policies.create(policyNamed('greedy', { roles: [{ name: other }] }));
  const wanted = { status: 'True', reason: 'ConflictingPolicy' };
  await eventually(async () => conditionOf(await policies.read('greedy'), 'Conflict', wanted));
  expect(one).not.toBe(other);
  const { metadata } = await policiesIn(operator.config, theirs).read('main');
  expect(metadata.generation).toBe(1);
});
