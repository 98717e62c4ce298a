import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;

beforeAll(async () => {
  bench = await openBench({ attributes: false });
  database = await freshDatabase(newestMajor());
  await bench.startWorker();
});

afterAll(async () => {
  await bench.close();
  await database.drop();
});

test("a Temporal server without pgwarden's search attributes causes one warning, and policies work", async () => {
  const warnings = bench.logged.filter((line) =>
    line.includes('search attributes are not registered'),
  );
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(
    'temporal operator search-attribute create --name PgPhase --type Keyword',
  );
  const spec = `  roles: [{ name: ${uniqueName('app')} }]`;
  await bench.write('plain.yaml', policyYaml(bench, 'plain', database.url, spec));
  await bench.change('plain');
  await settledIn(bench, 'plain', 'Ready');
});
