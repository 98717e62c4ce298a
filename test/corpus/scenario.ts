import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';

/** Whether this run rewrites the expectations. */
const isUpdate = process.env['UPDATE_CORPUS'] !== undefined;

const corpus = fileURLToPath(new URL('scenarios', import.meta.url));

const optionsSchema = z.strictObject({
  /** Who connects: `superuser`, or `manager`, who has CREATEROLE and owns the database and is no superuser. */
  as: z.array(z.enum(['superuser', 'manager'])).default(['superuser']),
  /** `revoke`: the manifest's policy goes, and takes with it what it granted. */
  mode: z.enum(['authoritative', 'additive', 'adopt', 'revoke']).default('authoritative'),
  /** The oldest and newest PostgreSQL major the scenario is about. */
  from: z.int().default(14),
  until: z.int().default(99),
  /** The refusal that is expected, as `Code: message`. */
  refused: z.string().optional(),
  /** Messages of all findings, before and after the apply; not looked at when left out. */
  findings: z.array(z.string()).optional(),
  /** How many changes the plan counts; not looked at when left out. */
  changes: z.int().optional(),
  /** Roles that have a session open meanwhile; they need LOGIN. */
  sessions: z.array(z.string()).default([]),
});

export interface Scenario {
  readonly name: string;
  readonly options: z.infer<typeof optionsSchema>;
  readonly manifest: string;
  /** State of the database before, written by a superuser. Empty when there is no file. */
  readonly before: string;
  /** The same for another database of the server, `corpus_other`. It is there when the file is. */
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
 * The newest version plays a scenario for both as both. The others play it once, so that the suite stays short. Memberships
 * of a manager follow other rules from version 16 on, so a manager plays on 14 and on 16.
 */
const onlyOf: Readonly<Partial<Record<number, Connected>>> = {
  14: 'manager',
  15: 'superuser',
  16: 'manager',
  17: 'superuser',
};

/** Who plays a scenario on a version. */
export function connectedOn({ options }: Scenario, major: number): readonly Connected[] {
  return options.as.length === 1
    ? options.as
    : options.as.filter((as) => as === (onlyOf[major] ?? as));
}

/**
 * The file with the expected plan: `expected-until-15.sql` goes before `expected.sql` up to version 15, and where
 * there are any for `manager`, e.g. `expected-manager.sql`, they are the manager's.
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

/** The expected plan. With UPDATE_CORPUS set, what the plan is now becomes what is expected: read the diff. */
export function expectedPlan(scenario: Scenario, setting: Setting, actual: string): string {
  if (isUpdate) writeFileSync(expectedFile(scenario, setting), actual);
  return storedPlan(scenario, setting);
}

export function storedPlan(scenario: Scenario, setting: Setting): string {
  const file = expectedFile(scenario, setting);
  return existsSync(file) ? readFileSync(file, 'utf8') : '(no expected plan)';
}

/** The expected refusal, as `Code: message`. With UPDATE_CORPUS set, a refusal of the same code gives its words. */
export function expectedRefusal(scenario: Scenario, actual: string): string | undefined {
  const { refused } = scenario.options;
  const code = /^\w+: /.exec(actual)?.[0] ?? '';
  if (!isUpdate || refused?.startsWith(code) !== true || refused === actual) return refused;
  writeOption(scenario, 'refused', actual);
  return actual;
}

/** The messages of all expected findings. With UPDATE_CORPUS set, as many findings as before give their words. */
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
