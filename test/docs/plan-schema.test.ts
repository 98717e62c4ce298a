import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { planSchema } from '../../tools/docs/plan-schema.ts';

test('docs/plan.schema.json is what `npm run docs` makes of the code', () => {
  const page = readFileSync(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8');
  expect(page).toBe(planSchema());
});
