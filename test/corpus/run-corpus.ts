import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import { catalogsOf } from '../../core/kinds/grant/catalogs.ts';
import { grantKinds } from '../../core/kinds/grant/types/all.ts';
import type { RoleGraph } from '../../core/graph.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { Refusal } from '../../core/refusal.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { revocationOf } from '../../core/plan/revocation.ts';
import type { Intent } from '../../postgres/contract.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { redactedSql } from '../../postgres/render-sql.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import type { Scenario, Setting } from './scenario.ts';
import {
  connectedOn,
  expectedFindings,
  expectedPlan,
  expectedRefusal,
  scenarios,
} from './scenario.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/** Every scenario on one PostgreSQL version: the plan is as expected, it applies, and a second plan is empty. */
export function runCorpus(major: PostgresMajor): void {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(major);
  });
  afterAll(() => stage.close());

  describe(`PostgreSQL ${String(major)}`, () => {
    test('keeps ACLs in no catalog but those of the grantable types, of default privileges and of extensions', async () => {
      const known = catalogsOf(grantKinds, major).map(({ relation }) => relation);
      const others = ['pg_default_acl', 'pg_init_privs'];
      expect(await stage.catalogsWithAcls()).toEqual([...known, ...others].sort());
    });

    for (const scenario of scenarios().filter(
      ({ options }) => options.from <= major && major <= options.until,
    )) {
      for (const as of connectedOn(scenario, major)) {
        test(`${scenario.name} as ${as}`, async () => {
          try {
            await playScenario(scenario, { major, as }, await stage.set(scenario, as));
            await stage.expectAllTrue(scenario.after);
          } finally {
            await stage.clear();
          }
        });
      }
    }
  });
}

async function playScenario(scenario: Scenario, setting: Setting, url: string): Promise<void> {
  const database = openDatabase(targetFromUrl(url));
  try {
    await planAndApply(scenario, setting, database);
  } finally {
    await database.close();
  }
}

async function planAndApply(
  scenario: Scenario,
  setting: Setting,
  database: Database,
): Promise<void> {
  const intent = intentOf(scenario);
  if (intent instanceof Refusal) {
    expectRefusal(scenario, intent);
    return;
  }
  const passwords = passwordsOf(intent.graph);
  const plan = await planDatabase(database, intent, passwords).catch(refusalOnly);
  if (plan instanceof Refusal) {
    expectRefusal(scenario, plan);
    return;
  }
  const sql = redactedSql(plan.statements, plan.server);
  expect(sql).toBe(expectedPlan(scenario, setting, sql));
  expectFindings(scenario, plan.findings);
  expect(plan.summary.total).toBe(scenario.options.changes ?? plan.summary.total);
  const applied = await applyPlan(database, intent, { passwords }).catch(refusalOnly);
  if (applied instanceof Refusal) {
    expectRefusal(scenario, applied);
    return;
  }
  expect(scenario.options.refused).toBeUndefined();
  const appliedPasswords = applied.passwordVersions;
  const again = await planDatabase(database, { ...intent, appliedPasswords }, passwords);
  expect(redactedSql(again.statements, again.server)).toBe('');
  expectFindings(scenario, again.findings);
}

function expectFindings(scenario: Scenario, findings: readonly Finding[]): void {
  const messages = findings.map(({ message }) => message);
  expect(messages).toEqual(expectedFindings(scenario, messages) ?? messages);
}

function refusalOnly(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

function expectRefusal(scenario: Scenario, { code, message }: Refusal): void {
  const actual = `${code}: ${message}`;
  expect(actual).toBe(expectedRefusal(scenario, actual));
}

export function intentOf({ manifest, options }: Scenario): Intent | Refusal {
  const [document] = parseDocuments(manifest, 'manifest.yaml');
  if (document?.kind === 'invalid') return document.refusal;
  if (document?.kind !== 'manifest') throw new Error('a scenario needs one bare manifest');
  const passwordVersions = Object.fromEntries(
    [...passwordsOf(document.graph).keys()].map((role) => [role, 'v1']),
  );
  const { mode } = options;
  const graph = mode === 'revoke' ? revocationOf(document.graph) : document.graph;
  return { graph, mode, passwordVersions, appliedPasswords: {} };
}

function passwordsOf({ roles }: RoleGraph): Map<string, string> {
  return new Map(
    roles.flatMap(({ name, password }) =>
      password === undefined ? [] : [[name, `password of ${name}`]],
    ),
  );
}
