import { expect, test } from '@jest/globals';
import { stepsOf } from './steps.ts'; // comes before what it counts in
import { policyRefusal } from '../../core/bounds/check.ts';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { graphOf } from '../core/parsed.ts';

test('four times the grants take at most four times the steps to check against bounds', () => {
  const object = '{ type: table, schema: shop, name: t }';
  const one = graphOf(`grants: [{ role: shop-app, privileges: [SELECT], object: ${object} }]`);
  const rule = `{ name: r, namespaces: ['*'], roles: [${'a*b*c*, '.repeat(20)} shop-*], schemas: [shop], forbidden_privileges: [{ privileges: [TRUNCATE] }], object_types: [table] }`;
  const rules = rulesFor(parseBounds(`[${rule}]`, 'b.yaml'), 'shop');
  const stepsFor = (count: number): number => {
    const graph = { ...one, grants: Array.from({ length: count }, () => one.grants).flat() };
    return stepsOf(() => {
      expect(policyRefusal(rules, { graph })).toBeUndefined();
    });
  };
  const few = stepsFor(1_000);
  expect(stepsFor(4_000)).toBeLessThan(4.5 * few);
});
