import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { planScript } from '../../cli/plan-script.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Intent, PlanResult } from '../../postgres/contract.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { majors } from '../setup/servers.ts';
import { intentOf } from './run-corpus.ts';
import type { Connected } from './scenario.ts';
import { scenarios, storedPlan } from './scenario.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { coveringKinds } from './statement-kinds.ts';

const [newest = 18] = [...majors()].reverse();

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(newest);
});
afterAll(() => stage.close());

/** Each with one role: the manager if possible, because it needs additional statements for its own rights. */
const playable = scenarios()
  .filter(({ options }) => options.from <= newest && newest <= options.until)
  .filter(({ options }) => options.refused === undefined)
  .map((scenario) => {
    const as: Connected = scenario.options.as.includes('manager') ? 'manager' : 'superuser';
    return { name: scenario.name, as, scenario };
  });

/** Scripts with the same kinds of statement look the same to psql. */
const played = coveringKinds(playable, ({ scenario, as }) =>
  storedPlan(scenario, { major: newest, as }),
);

test.each(played)('psql runs the plan of $name as $as as it stands', async ({ scenario, as }) => {
  const intent = intentOf(scenario);
  if (intent instanceof Refusal) throw intent;
  try {
    await playWithPsql(await stage.set(scenario, as), intent);
  } finally {
    await stage.clear();
  }
});

async function playWithPsql(url: string, intent: Intent): Promise<void> {
  const database = openDatabase(targetFromUrl(url));
  try {
    const script = planScript(await planDatabase(database, intent));
    expect(await psql(url, script)).toBe('');
    expect(withoutPasswords(await planDatabase(database, intent))).toEqual([]);
  } finally {
    await database.close();
  }
}

/** Statements that no script can contain. */
function withoutPasswords({ statements }: PlanResult): string[] {
  return statements.filter(({ password }) => password === undefined).map(({ text }) => text);
}

/** The user of a script sets timeouts, and they override those of a role. */
const options = [
  'client_min_messages=error',
  'statement_timeout=0',
  'lock_timeout=0',
  'idle_in_transaction_session_timeout=0',
  ...(newest >= 17 ? ['transaction_timeout=0'] : []),
];

/** The output of psql for a script that stops at its first error: nothing, or that error. */
function psql(url: string, script: string): Promise<string> {
  return new Promise((resolve) => {
    const args = ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', '-', url];
    const env = { ...process.env, PGOPTIONS: options.map((each) => `-c ${each}`).join(' ') };
    const child = execFile('psql', args, { env }, (error, _stdout, stderr) => {
      resolve(stderr === '' ? (error?.message ?? '') : stderr);
    });
    child.stdin?.end(script);
  });
}
