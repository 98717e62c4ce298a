import { expect, test } from '@jest/globals';
import { checkInParts } from '../../core/plan/checks.ts';
import { planChanges, planInParts, renderInParts, renderPlan } from '../../core/plan/plan.ts';
import { inTurns } from '../../postgres/in-turns.ts';
import { many } from '../core/growing-manifests.ts';
import { worldOf } from '../core/growing-worlds.ts';
import { graphOf } from '../core/parsed.ts';

const grants = [
  { privileges: ['USAGE'], object: { type: 'schema' } },
  { privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], object: { type: 'table', name: '*' } },
];
const manifest = {
  profiles: { editor: { grants }, viewer: { grants } },
  schemas: many(1_000, (index) => ({
    name: `s${String(index)}`,
    profiles: ['editor', 'viewer'],
  })),
};

test('while one large policy is planned, checked and rendered, other work of the process goes on, and the plan is the same', async () => {
  const { live, rows } = worldOf(graphOf(JSON.stringify(manifest)), 'authoritative', true);
  const planTurns = othersTurns();
  const plan = await inTurns(planInParts(rows, live));
  expect(planTurns()).toBeGreaterThan(2);
  await inTurns(checkInParts(plan, live));
  const renderTurns = othersTurns();
  const statements = await inTurns(renderInParts(plan, live, new Map()));
  expect(renderTurns()).toBeGreaterThan(0);
  const atOnce = planChanges(rows, live);
  expect(plan.hash).toBe(atOnce.hash);
  expect(plan.summary).toEqual(atOnce.summary);
  expect(statements).toEqual(renderPlan(atOnce, live, new Map()));
});

/** How often other work of the process had its turn since then. */
function othersTurns(): () => number {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    if (isOver) return;
    turns += 1;
    setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    return turns;
  };
}
