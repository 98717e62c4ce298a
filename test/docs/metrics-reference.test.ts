import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { metricsReference } from '../../tools/docs/metrics-reference.ts';
import { metrics } from '../../telemetry/metrics.ts';

test('docs/metrics.md is the output of `npm run docs`', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  expect(page).toBe(metricsReference());
});

test('metric names follow the rules of Prometheus: unique names, with units and totals at the end', () => {
  const declared = Object.values(metrics);
  const names = declared.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const wrong = declared.filter(
    (metric) =>
      (metric.kind === 'counter') !== metric.name.endsWith('_total') ||
      ('unit' in metric && !/_(seconds|bytes)(_total)?$/.test(metric.name)),
  );
  expect(wrong).toEqual([]);
});
