import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { policyRefusalInParts } from '../../core/bounds/check.ts';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { parseDocumentsInParts } from '../../core/document/document.ts';
import { parseInParts } from '../../core/document/parse-in-parts.ts';
import { policySchema } from '../../core/document/policy.ts';
import { readPolicyResourceInParts } from '../../core/document/resource.ts';
import { checkInParts } from '../../core/plan/checks.ts';
import { planChanges, planInParts } from '../../core/plan/plan.ts';
import { renderInParts, renderPlan } from '../../core/plan/render.ts';
import { gatheredInParts } from '../../core/parts.ts';
import { inTurns } from '../../core/in-turns.ts';
import { many } from './growing-manifests.ts';
import { worldOf } from './growing-worlds.ts';
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

test('while one large policy is planned, checked and rendered, other work of the process continues, and the plan is the same', async () => {
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

/** How often other work of the process has run since then. */
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

test('other work may run between hundreds of items whose producer never lets it, and wherever the producer does', () => {
  const items = many(250, (index) => index);
  const silent = gatheredInParts(items);
  expect([silent.next().done, silent.next().done]).toEqual([false, false]);
  expect(silent.next()).toEqual({ done: true, value: items });
  const considerate = gatheredInParts([1, undefined, 2, undefined]);
  expect([considerate.next().done, considerate.next().done]).toEqual([false, false]);
  expect(considerate.next()).toEqual({ done: true, value: [1, 2] });
});

test('while a large policy is read and checked against bounds, other work of the process continues', async () => {
  const document = {
    apiVersion: 'pgroles.io/v1alpha1',
    kind: 'PostgresPolicy',
    metadata: { name: 'large' },
    spec: { connection: { secretRef: { name: 'db' } }, ...manifest },
  };
  const resourceTurns = othersTurns();
  const resource = await inTurns(readPolicyResourceInParts(document));
  expect(resourceTurns()).toBeGreaterThan(1);
  const fileTurns = othersTurns();
  const [file] = await inTurns(parseDocumentsInParts(stringify(document), 'large.yaml'));
  expect(fileTurns()).toBeGreaterThan(2);
  if (resource.kind !== 'policy' || file?.kind !== 'policy') throw new Error('is not read');
  expect(resource.graph).toEqual(file.graph);
  const rules = many(20, (index) => ({
    ...{ name: `rule-${String(index)}`, namespaces: ['*'] },
    ...{ schemas: ['s*'], roles: ['s*'], owners: ['postgres'] },
  }));
  const boundsTurns = othersTurns();
  const found = rulesFor(parseBounds(stringify(rules), 'bounds.yaml'), 'default');
  expect(await inTurns(policyRefusalInParts(found, resource))).toBeUndefined();
  expect(boundsTurns()).toBeGreaterThan(1);
});

test('problems in the long lists of a policy are reported as if it were read at once', async () => {
  const wrong = {
    spec: {
      ...{ intervall: '5m', mode: 'x', connection: {} },
      roles: many(350, (index) =>
        index % 120 === 7 ? { name: '', lgin: true } : { name: `r${String(index)}` },
      ),
      schemas: many(350, (index) => ({ name: index === 301 ? 5 : `s${String(index)}` })),
    },
  };
  const inParts = await inTurns(parseInParts(policySchema, wrong));
  expect(inParts.issues).toEqual(policySchema.safeParse(wrong).error?.issues);
});
