import { expect, test } from '@jest/globals';
import { policyRefusal } from '../../../core/bounds/check.ts';
import { parseBounds, rulesFor } from '../../../core/bounds/parse.ts';
import { graphOf } from '../parsed.ts';

test('20,000 grants are held against bounds in less than a second', () => {
  const object = '{ type: table, schema: shop, name: t }';
  const one = graphOf(`grants: [{ role: shop-app, privileges: [SELECT], object: ${object} }]`);
  const graph = { ...one, grants: Array.from({ length: 20_000 }, () => one.grants).flat() };
  const rule = `{ name: r, namespaces: ['*'], roles: [${'a*b*c*, '.repeat(20)} shop-*], schemas: [shop], forbidden_privileges: [{ privileges: [TRUNCATE] }], object_types: [table] }`;
  const rules = rulesFor(parseBounds(`[${rule}]`, 'b.yaml'), 'shop');
  const start = performance.now();
  expect(policyRefusal(rules, { graph })).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(1_000);
});
