import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { metrics } from '../../telemetry/metrics.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import type { Samples } from '../setup/prometheus-text.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { startMeasured, type MeasuredWorker } from './measured-worker.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;
const processes: MeasuredWorker[] = [];
let scraped: readonly Samples[];

/** A worker that has reconciled, and a watcher that has compared. */
beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  const spec = `  interval: 1h\n  roles: [{ name: ${uniqueName('app')} }]`;
  await bench.write('shop.yaml', policyYaml(bench, 'shop', database.url, spec));
  const worker = await startMeasured(bench, 'worker');
  processes.push(worker);
  await bench.change('shop');
  await settledIn(bench, 'shop', 'Ready');
  const watcher = await startMeasured(bench, 'watcher');
  processes.push(watcher);
  await eventually(async () => (await watcher.scrape()).names.has(metrics.policies.name));
  scraped = [await worker.scrape(), await watcher.scrape()];
});

afterAll(async () => {
  for (const { stop } of processes) await stop();
  await bench.close();
  await database.drop();
});

const chart = (path: string) =>
  readFileSync(new URL(`../../charts/pgwarden/${path}`, import.meta.url), 'utf8');

const panelSchema = z.object({
  id: z.int(),
  title: z.string(),
  type: z.enum(['row', 'stat', 'timeseries']),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z
    .array(
      z.object({ expr: z.string(), datasource: z.object({ uid: z.literal('${datasource}') }) }),
    )
    .default([]),
});

const dashboardSchema = z.object({
  uid: z.string(),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(panelSchema),
});

const dashboard = dashboardSchema.parse(JSON.parse(chart('files/grafana-dashboard.json')));

/** Metric names in an expression; those of a histogram without the suffix of its series. */
function metricsIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\b(?:pgwarden|temporal|process|nodejs)_\w+/g)].map(([name]) =>
    name.replace(/_(?:bucket|count|sum)$/, ''),
  );
}

function unknownIn(expression: string): readonly string[] {
  return metricsIn(expression).filter((name) => !scraped.some(({ names }) => names.has(name)));
}

test('the dashboard shows only metrics that a worker and a watcher really export', () => {
  const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(20);
  expect(expressions.flatMap(unknownIn)).toEqual([]);
});

test('panels have unique ids and do not overlap', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

test('the dashboard uses the variables that it defines, including the data source', () => {
  const defined = dashboard.templating.list.map(({ name }) => name);
  const used = chart('files/grafana-dashboard.json').matchAll(/\$\{?(?!__)(\w+)\}?/g);
  expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(defined));
});

test('alerts use only metrics that a worker and a watcher really export', () => {
  const rules = chart('templates/prometheus-rule.yaml');
  const expressions = [...rules.matchAll(/^ {10}expr:(.*(?:\n {12}.*)*)/gm)].map(
    ([, text]) => text,
  );
  expect(expressions.length).toBeGreaterThan(4);
  expect(expressions.flatMap((expression = '') => unknownIn(expression))).toEqual([]);
});

test('a watcher counts policies by phase, and its signals', () => {
  const [, watcher] = scraped;
  const { value, names } = watcher ?? { value: () => undefined, names: new Set<string>() };
  expect(value(metrics.watched.name)).toBe(1);
  expect(value(metrics.policies.name, { phase: 'Ready' })).toBe(1);
  expect(value(metrics.policies.name, { phase: 'Failing' })).toBe(0);
  expect(value(metrics.leader.name)).toBe(1);
  const declared = Object.values(metrics).filter(({ exportedBy }) => exportedBy !== 'worker');
  expect(declared.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});
