import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, report } from './report.ts';

/** The start time of the command line: `pgwarden validate` on a minimal policy against `node -e 0`. */
const rounds = 15;
const policy = join(mkdtempSync(join(tmpdir(), 'pgwarden-bench-')), 'policy.yaml');
writeFileSync(
  policy,
  `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: minimal }
spec:
  connection: { secretRef: { name: db } }
  roles: [{ name: app }]
`,
);

const bare: number[] = [];
const validate: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  bare.push(timeOf(['-e', '0']));
  validate.push(timeOf(['dist/cli/main.js', 'validate', '-f', policy]));
}
report('validate: ms, against node -e 0', median(validate), median(bare));

function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${stderr}`);
  return performance.now() - start;
}
