import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, report } from './report.ts';
import { manifestFor } from './workload.ts';

/** The start time of the command line: `pgwarden validate` on a minimal policy and on 20 schemas, against `node -e 0`. */
const rounds = 15;
const folder = mkdtempSync(join(tmpdir(), 'pgwarden-bench-'));
const minimal = file(
  'policy.yaml',
  `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: minimal }
spec:
  connection: { secretRef: { name: db } }
  roles: [{ name: app }]
`,
);

const larger = file('manifest.yaml', manifestFor({ schemas: 20, tablesPerSchema: 0 }));

const bare: number[] = [];
const validate: number[] = [];
const validateLarger: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  bare.push(timeOf(['-e', '0']));
  validate.push(timeOf(['dist/cli/main.js', 'validate', '-f', minimal]));
  validateLarger.push(timeOf(['dist/cli/main.js', 'validate', '-f', larger]));
}
report('validate: ms, against node -e 0', median(validate), median(bare));
report('validate 20 schemas: ms, against node -e 0', median(validateLarger), median(bare));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${stderr}`);
  return performance.now() - start;
}
