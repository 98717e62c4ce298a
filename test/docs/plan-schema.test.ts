import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { planSchema } from '../../tools/docs/plan-schema.ts';

test('docs/plan.schema.json is the output of `npm run docs`', () => {
  const page = readFileSync(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8');
  expect(page).toBe(planSchema());
});
