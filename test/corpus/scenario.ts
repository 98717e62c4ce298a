import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';

/** Whether this run rewrites the expectations. */
const isUpdate = process.env['UPDATE_CORPUS'] !== undefined;

const corpus = fileURLToPath(new URL('scenarios', import.meta.url));

const optionsSchema = z.strictObject({
  /** The connected role: `superuser`, or `manager`, which has CREATEROLE, owns the database, and is no superuser. */
  as: z.array(z.enum(['superuser', 'manager'])).default(['superuser']),
  /** `revoke`: the policy is deleted and revokes what it granted. */
  mode: z.enum(['authoritative', 'additive', 'adopt', 'revoke']).default('authoritative'),
  /** The oldest and newest PostgreSQL version of the scenario. */
  from: z.int().default(14),
  until: z.int().default(99),
  /** The expected refusal, as `Code: message`. */
  refused: z.string().optional(),
  /** Messages of all findings, before and after the apply. Not compared if absent. */
  findings: z.array(z.string()).optional(),
  /** Number of changes in the plan. Not compared if absent. */
  changes: z.int().optional(),
  /** Roles with an open session during the scenario. They need LOGIN. */
  sessions: z.array(z.string()).default([]),
});

export interface Scenario {
  readonly name: string;
  readonly options: z.infer<typeof optionsSchema>;
  readonly manifest: string;
  /** Initial state of the database, as SQL for a superuser. Empty if there is no file. */
  readonly before: string;
  /** The same for another database of the server, `corpus_other`. It exists if the file does. */
  readonly elsewhere: string;
  /** Statements or queries after the apply; each must return one row `t`. */
  readonly after: string;
  readonly path: string;
}

/** Every folder of the corpus, by name. */
export function scenarios(): Scenario[] {
  return readdirSync(corpus).sort().map(readScenario);
}

function readScenario(name: string): Scenario {
  const path = join(corpus, name);
  const text = (file: string): string => {
    const full = join(path, file);
    return existsSync(full) ? readFileSync(full, 'utf8') : '';
  };
  const options = optionsSchema.parse(parse(text('options.yaml')) ?? {});
  return {
    name,
    path,
    options,
    manifest: text('manifest.yaml'),
    before: text('before.sql'),
    elsewhere: text('elsewhere.sql'),
    after: text('after.sql'),
  };
}

export type Connected = Scenario['options']['as'][number];

export interface Setting {
  readonly major: number;
  readonly as: Connected;
}

/**
 * The newest version plays a scenario for both roles twice. The others play it once, so that the suite stays short.
 * Memberships of a manager follow other rules from version 16 on, so the manager plays on 14 and on 16.
 */
const onlyOf: Readonly<Partial<Record<number, Connected>>> = {
  14: 'manager',
  15: 'superuser',
  16: 'manager',
  17: 'superuser',
};

/** The connected roles for a scenario on a version. */
export function connectedOn({ options }: Scenario, major: number): readonly Connected[] {
  return options.as.length === 1
    ? options.as
    : options.as.filter((as) => as === (onlyOf[major] ?? as));
}

/**
 * The file with the expected plan. Up to version 15, `expected-until-15.sql` comes before `expected.sql`. For the
 * manager, files such as `expected-manager.sql` come first.
 */
function expectedFile({ path }: Scenario, { major, as }: Setting): string {
  const files = readdirSync(path);
  const own = files.some((file) => file.startsWith(`expected-${as}`))
    ? `expected-${as}`
    : 'expected';
  const until = files
    .filter((file) => file.startsWith(`${own}-until-`))
    .flatMap((file) => /-until-(\d+)\.sql$/.exec(file)?.[1] ?? [])
    .map(Number)
    .filter((version) => major <= version)
    .sort((left, right) => left - right)[0];
  return join(path, until === undefined ? `${own}.sql` : `${own}-until-${String(until)}.sql`);
}

/** The expected plan. With UPDATE_CORPUS set, the current plan becomes the expected one; review the difference. */
export function expectedPlan(scenario: Scenario, setting: Setting, actual: string): string {
  if (isUpdate) writeFileSync(expectedFile(scenario, setting), actual);
  return storedPlan(scenario, setting);
}

export function storedPlan(scenario: Scenario, setting: Setting): string {
  const file = expectedFile(scenario, setting);
  return existsSync(file) ? readFileSync(file, 'utf8') : '(no expected plan)';
}

/**
 * The expected refusal, as `Code: message`. With UPDATE_CORPUS set, a refusal with the same code replaces the message.
 */
export function expectedRefusal(scenario: Scenario, actual: string): string | undefined {
  const { refused } = scenario.options;
  const code = /^\w+: /.exec(actual)?.[0] ?? '';
  if (!isUpdate || refused?.startsWith(code) !== true || refused === actual) return refused;
  writeOption(scenario, 'refused', actual);
  return actual;
}

/** The messages of all expected findings. With UPDATE_CORPUS set, the same number of findings replaces the messages. */
export function expectedFindings(
  scenario: Scenario,
  actual: readonly string[],
): readonly string[] | undefined {
  const { findings } = scenario.options;
  if (!isUpdate || findings?.length !== actual.length) return findings;
  if (findings.every((message, index) => message === actual[index])) return findings;
  writeOption(scenario, 'findings', actual);
  return actual;
}

function writeOption({ path }: Scenario, name: 'refused' | 'findings', value: unknown): void {
  const file = join(path, 'options.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.set(name, value);
  writeFileSync(file, document.toString({ lineWidth: 120 }));
}
