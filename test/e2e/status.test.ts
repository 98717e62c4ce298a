import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPolicies } from '../../cli/running-policies.ts';
import type { ResourceRef } from '../../core/document/document.ts';
import { policyChanged, policyStart } from '../../workflows/messages.ts';
import { lastWords, runCli } from '../cli/run-cli.ts';
import { openBench, type Bench } from '../workflows/bench.ts';
import { eventually } from '../workflows/wait.ts';

let bench: Bench;
const refs = ['prod/shop', 'prod/web', 'product/shop', 'test/shop'].map(refOf);

function refOf(text: string): ResourceRef {
  const [namespace = '', name = ''] = text.split('/');
  return { namespace, name };
}

beforeAll(async () => {
  bench = await openBench();
  await bench.startWorker();
  for (const { namespace, name } of refs) {
    const text = `
apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { suspend: true, connection: { secretRef: { name: db } }, roles: [{ name: a }] }`;
    await bench.write(`${namespace}-${name}.yaml`, text);
    await bench.client.workflow.signalWithStart('policy', {
      ...policyStart({ namespace, name }),
      ...{ taskQueue: bench.taskQueue, signal: policyChanged, signalArgs: [] },
    });
  }
  await eventually(async () => (await runningPolicies(bench.client, undefined)).length === 4);
});

afterAll(() => bench.close());

function status(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { namespace } = bench.client.options;
  const temporal = { TEMPORAL_ADDRESS: bench.address, TEMPORAL_NAMESPACE: namespace };
  return runCli(['status', ...args], { env: { ...temporal, ...env } });
}

/** The policies in a table. */
async function shown(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout } = await status(args, env);
  return stdout
    .trimEnd()
    .split(/\t.*\n?|\n/)
    .filter((text) => text !== '');
}

test('status shows the policies of the namespace in -n or PGWARDEN_NAMESPACE, and with -A of all namespaces', async () => {
  expect(await shown([])).toEqual(['No policies found in namespace default.']);
  expect(await shown(['-n', 'prod'])).toEqual(['prod/shop', 'prod/web']);
  expect(await shown([], { PGWARDEN_NAMESPACE: 'test' })).toEqual(['test/shop']);
  expect(await shown(['-n', 'prod'], { PGWARDEN_NAMESPACE: 'test' })).toHaveLength(2);
  const all = ['prod/shop', 'prod/web', 'product/shop', 'test/shop'];
  expect(await shown(['-A'], { PGWARDEN_NAMESPACE: 'test' })).toEqual(all);
  const { stdout } = await status(['--all-namespaces', '-o', 'json']);
  expect(JSON.parse(stdout)).toMatchObject({ policies: all.map(refOf) });
});

test('status of one policy needs one namespace', async () => {
  expect(await shown(['shop', '-n', 'product'])).toEqual(['product/shop']);
  const both = await status(['shop', '-A']);
  expect([both.code, lastWords(both)[1]]).toEqual([
    64,
    'error: Usage: policy shop and --all-namespaces cannot be combined',
  ]);
});

test.each([
  "'",
  "prod' OR WorkflowId STARTS_WITH 'policy",
  "prod\\' OR WorkflowId STARTS_WITH 'policy",
  '%',
  'pro_',
])('a namespace %j neither breaks the query nor widens it', async (namespace) => {
  expect(await runningPolicies(bench.client, namespace)).toEqual([]);
  const asked = await status(['-n', namespace]);
  expect([asked.code, lastWords(asked)[1]]).toEqual([
    64,
    expect.stringMatching(
      /^error: Usage: .*Use at most 63 lowercase letters, digits and hyphens; begin and end with a letter or digit\.$/,
    ),
  ]);
});
