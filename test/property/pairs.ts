import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { applyPlan } from '../../postgres/apply.ts';
import type { Intent } from '../../postgres/contract.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { redactedSql } from '../../postgres/render-sql.ts';
import { intentOf } from '../postgres/rig.ts';
import type { Ground } from './ground.ts';
import { openGround } from './ground.ts';
import type { Interference } from './interference.ts';
import { interferences } from './interference.ts';
import type { Actor, Manifest } from './manifests.ts';
import { manifests, judgedRoles } from './manifests.ts';

interface Pair {
  readonly actor: Actor;
  readonly first: Manifest;
  readonly between: readonly Interference[];
  readonly second: Manifest;
}

/** Versions between two others run fewer pairs, because each differs little from the one before it. */
const usualRuns: Readonly<Record<PostgresMajor, number>> = {
  14: 100,
  15: 40,
  16: 100,
  17: 40,
  18: 100,
};

/** The same pairs on every run. PGWARDEN_PROPERTY_SEED selects others. */
const seeds: Readonly<Record<PostgresMajor, number>> = {
  14: 14_000_001,
  15: 15_000_001,
  16: 16_000_001,
  17: 17_000_001,
  18: 18_000_001,
};

/** PGWARDEN_PROPERTY_SEED is a number, or `random` for a new one. */
function seedFor(major: PostgresMajor): number {
  const chosen = process.env['PGWARDEN_PROPERTY_SEED'] ?? seeds[major];
  return chosen === 'random' ? Date.now() % 2 ** 31 : Number(chosen);
}

/** Random manifests, each applied over another with interference between them, on one PostgreSQL version. */
export function runPairs(major: PostgresMajor): void {
  let ground: Ground;
  const seed = seedFor(major);
  const numRuns = Number(process.env['PGWARDEN_PROPERTY_PAIRS'] ?? usualRuns[major]);
  beforeAll(async () => {
    ground = await openGround(major);
  });
  afterAll(() => ground.close());

  test(`on PostgreSQL ${String(major)}, ${String(numRuns)} pairs of manifests agree with the oracle (PGWARDEN_PROPERTY_SEED=${String(seed)})`, async () => {
    await fc.assert(
      fc.asyncProperty(pairs(major), (pair) => play(pair, ground)),
      { numRuns, seed },
    );
  }, 600_000);
}

function pairs(major: number): fc.Arbitrary<Pair> {
  const by = (actor: Actor): fc.Arbitrary<Pair> =>
    fc.record({
      actor: fc.constant(actor),
      first: manifests(actor, major),
      between: interferences(actor),
      second: manifests(actor, major),
    });
  return fc.oneof(by('postgres'), by('manager')).map((pair) => ({
    ...pair,
    [fc.toStringMethod]: () => `\n${printed(pair)}`,
  }));
}

/** Without parts that have no effect, so that a counterexample is short. */
function printed({ actor, first, between, second }: Pair): string {
  const short = (manifest: Manifest): object =>
    Object.fromEntries(
      Object.entries(manifest).filter(([, value]) => Object.keys(value as object).length > 0),
    );
  const text = { actor, first: short(first), between, second: short(second) };
  return stringify(text, { aliasDuplicateObjects: false, collectionStyle: 'any' });
}

/**
 * The oracle and a second plan run once, because the second manifest meets everything that the first does, and what
 * that one left. Each apply fails by itself if its own transaction leaves a difference.
 */
async function play({ actor, first, between, second }: Pair, ground: Ground): Promise<void> {
  const database = await ground.reset(actor);
  await applyManifest(database, first);
  const judged = new Set(judgedRoles(second));
  for (const { sql, by, onwards } of between)
    if (onwards === undefined || judged.has(onwards)) await ground.interfere(sql, by);
  await ground.remember();
  const intent = await applyManifest(database, second);
  const { statements, server } = await planDatabase(database, intent);
  expect(redactedSql(statements, server)).toBe('');
  expect(await ground.differences(second, actor)).toEqual([]);
}

async function applyManifest(database: Database, manifest: Manifest): Promise<Intent> {
  const intent: Intent = intentOf(stringify(manifest));
  await applyPlan(database, intent, { passwords: new Map() });
  return intent;
}
