import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { rowsOf } from '../setup/rows.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { startMeasured } from './measured-worker.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

const secretText = (name: string, entries: Readonly<Record<string, string>>) => `---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${bench.namespace} }
stringData: ${JSON.stringify(entries)}
`;

test('a reconcile with passwords, and one whose login fails, log no secret and no SQL', async () => {
  const worker = await startMeasured(bench, 'worker', { LOG_LEVEL: 'trace' });
  const manager = uniqueName('manager');
  const [login, given] = ['lo9in-Secret-42', 'g1ven-Secret-43'];
  await rowsOf(database.url, `CREATE ROLE ${manager} LOGIN SUPERUSER PASSWORD '${login}'`);
  const url = new URL(database.url);
  url.username = manager;
  url.password = login;
  const role = uniqueName('app');
  const spec = `  interval: 1h
  roles:
    - { name: ${role}, login: true, password: { secretRef: { name: given } } }
    - { name: ${role}_two, login: true, password: { generate: { length: 32 } } }`;
  const yaml = policyYaml(bench, 'secret', url.href, spec) + secretText('given', { [role]: given });
  await bench.write('secret.yaml', yaml);
  await bench.change('secret');
  await settledIn(bench, 'secret', 'Ready');
  const generated = await generatedPassword(`secret-pgr-${role.replace('_', '-')}-two`);

  const wrong = 'wr0ng-Secret-44';
  url.password = wrong;
  url.pathname = '/nowhere';
  await bench.write('wrong.yaml', policyYaml(bench, 'wrong', url.href, `  roles: []`));
  await bench.change('wrong');
  await settledIn(bench, 'wrong', 'Failing');
  await eventually(() => worker.output().includes('policy refused'));
  await worker.stop();

  const output = worker.output();
  for (const secret of [login, given, generated, wrong]) expect(output).not.toContain(secret);
  expect(output).not.toMatch(/SCRAM-SHA-256|CREATE ROLE|postgres(ql)?:\/\//);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find(({ msg }) => msg === 'plan applied')).toMatchObject({
    namespace: bench.namespace,
    policy: 'secret',
    database: database.name,
    changes: 4,
  });
  expect(lines.find(({ msg }) => msg === 'policy refused')).toMatchObject({
    level: 40,
    namespace: bench.namespace,
    policy: 'wrong',
    code: 'DatabaseAuthenticationFailed',
    failureClass: 'refused',
  });
  expect(lines.find(({ msg }) => msg === 'activity ended')).toMatchObject({
    namespace: bench.namespace,
    policy: 'secret',
    workflowId: `policy/${bench.namespace}/secret`,
    activity: 'check',
    result: 'differs',
  });
});

async function generatedPassword(name: string): Promise<string> {
  const secret = await bench.source.readSecret({ namespace: bench.namespace, name });
  const password = secret?.data.get('password')?.toString() ?? '';
  expect(password).toHaveLength(32);
  return password;
}

test('LOG_LEVEL decides what is logged', async () => {
  const worker = await startMeasured(bench, 'worker', { LOG_LEVEL: 'warn' });
  await worker.stop();
  expect(worker.output()).toBe('');
});
