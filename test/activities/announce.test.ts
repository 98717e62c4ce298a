import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { admission } from '../../activities/admission.ts';
import { check } from '../../activities/check.ts';
import { companyOf } from '../../activities/company.ts';
import { noMetrics } from '../../activities/metrics.ts';
import { secretMemory } from '../../activities/secret-memory.ts';
import { databasePools } from '../../postgres/pool.ts';
import { boundsFile } from '../../sources/bounds-file.ts';
import { cloudTokens } from '../../sources/cloud-tokens/tokens.ts';
import { directorySource } from '../../sources/directory/source.ts';
import type { PolicySource } from '../../sources/source.ts';

const ref = { namespace: 'default', name: 'lost' };
const policy = `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: lost }
spec:
  connection: { secretRef: { name: missing } }
  roles: [{ name: a }]
`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgwarden-announce-'));
  await writeFile(join(directory, 'policy.yaml'), policy);
});
afterEach(() => rm(directory, { recursive: true }));

/** Turns of the event loop, in which everything that does not wait ends. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a check that is refused has written its announcement, which would otherwise overwrite the report', async () => {
  const order: string[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let begun = (): void => undefined;
  const writing = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const stored = directorySource({ directory, stateDirectory: join(directory, '.state') });
  // As the Kubernetes API: the status is about an earlier spec, and a write takes time.
  const source: PolicySource = {
    ...stored,
    async readPolicy(wanted) {
      const record = await stored.readPolicy(wanted);
      return record === undefined ? undefined : { ...record, unseen: true };
    },
    async writeStatus(...write) {
      begun();
      await gate;
      await stored.writeStatus(...write);
      order.push('announced');
    },
  };
  const unused = () => Promise.reject(new Error('a check does not send signals'));
  const pools = databasePools();
  const now = () => new Date();
  const checking = check(
    {
      ...{ source, pools, now, metrics: noMetrics, searchAttributes: false },
      tokens: cloudTokens(),
      bounds: boundsFile(undefined),
      databases: { claim: unused, enqueue: unused, release: unused, claimOf: unused },
      sharedChecks: { join: unused, leave: unused },
      zones: { includes: () => true, isServed: unused },
      admission: { local: admission(1), remote: admission(1) },
      log: pino({ enabled: false }),
    },
    { ref },
    {
      memory: secretMemory(now),
      company: companyOf(now),
      attempt: { signal: new AbortController().signal, progressed: () => undefined },
    },
  ).finally(() => order.push('refused'));
  await writing;
  await Promise.race([checking, turns()]);
  open();
  expect(await checking).toMatchObject({ kind: 'refused', refusal: { code: 'SecretMissing' } });
  expect(order).toEqual(['announced', 'refused']);
  await pools.close();
});
