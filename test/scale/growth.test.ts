import { describe, expect, test } from '@jest/globals';
import { stepsOf } from './steps.ts'; // comes before what it counts in
import { policyRefusal } from '../../core/bounds/check.ts';
import { matchesAny } from '../../core/bounds/glob.ts';
import { leadsWithin } from '../../core/bounds/host.ts';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { claimsOf } from '../../core/claims.ts';
import { parseDocuments } from '../../core/document/document.ts';
import { readPolicyResource } from '../../core/document/resource.ts';
import { scopeOf } from '../../core/inspect/scope-of.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { RoleGraph } from '../../core/graph.ts';
import { grant, manifests, many, member, role, table } from './growing-manifests.ts';
import { layeredAcl, membershipRow, objectRow, planned, worldOf } from './growing-worlds.ts';
import { roleRow } from '../core/role-row.ts';

const small = 150;
const factor = 4;

/** n log n takes 5.1 times the steps for 4 times the input of 150, and n times n takes 16. */
const mostGrowth = 5.5;

/**
 * The ratio of the steps for four times the input to the steps for the input. Both run once before, so that caches are
 * filled.
 */
function growth(work: (size: number) => unknown): number {
  stepsOf(() => work(2));
  const steps = stepsOf(() => work(small));
  return stepsOf(() => work(factor * small)) / steps;
}

/** As an API server returns it, without YAML. */
const read = (spec: object | undefined) =>
  readPolicyResource({
    apiVersion: 'pgroles.io/v1alpha1',
    kind: 'PostgresPolicy',
    metadata: { name: 'p' },
    spec: { connection: { secretRef: { name: 'db' } }, ...spec },
  });

function graphIn(manifest: object): RoleGraph {
  const content = read(manifest);
  if (content.kind !== 'policy') throw new Error(JSON.stringify(content));
  return content.graph;
}

describe.each(Object.entries(manifests))('%s', (_what, manifest) => {
  test('is read in steps that grow no faster than n log n', () => {
    const values = new Map([2, small, factor * small].map((size) => [size, manifest(size)]));
    expect(growth((size) => read(values.get(size)))).toBeLessThan(mostGrowth);
  });
});

const sound = Object.entries(manifests).filter(([what]) => what !== 'many small circles');

describe.each(sound)('with %s', (_what, manifest) => {
  const graphs = (size: number) => graphIn(manifest(size));

  test('bounds, claims and scope take steps that grow no faster than n log n', () => {
    const rule =
      "{ name: r, namespaces: ['*'], roles: [r*, 's*-p'], schemas: [s*], owners: [o*], object_types: [table] }";
    const rules = rulesFor(parseBounds(`[${rule}]`, 'b.yaml'), 'shop');
    const known = new Map([2, small, factor * small].map((size) => [size, graphs(size)]));
    const taken = growth((size) => {
      const graph = known.get(size) ?? graphs(size);
      return [policyRefusal(rules, { graph }), claimsOf(graph), scopeOf(graph)];
    });
    expect(taken).toBeLessThan(mostGrowth);
  });

  // In one, the rights of a role are computed; in the other, everything can be changed.
  test.each([
    { mode: 'authoritative', superuser: false },
    { mode: 'revoke', superuser: true },
  ] as const)(
    'a plan takes no more steps either, mode $mode, superuser $superuser',
    ({ mode, superuser }) => {
      const known = new Map(
        [2, small, factor * small].map((size) => [size, worldOf(graphs(size), mode, superuser)]),
      );
      const taken = growth((size) =>
        planned(known.get(size) ?? worldOf(graphs(size), mode, superuser)),
      );
      expect(taken).toBeLessThan(mostGrowth);
    },
  );
});

describe.each(['authoritative', 'revoke', 'additive'] as const)('mode %s', (mode) => {
  test('grants that were granted onwards on many paths are planned in steps that grow no faster', () => {
    const manifest = (layers: number) => ({
      roles: many(2 * layers, role),
      grants: many(2 * layers, (index) =>
        grant(index, table(0), { privileges: ['SELECT'], with_grant_option: index % 2 === 0 }),
      ),
    });
    const worldWith = (layers: number) => {
      const world = worldOf(graphIn(manifest(layers)), mode, false);
      const row = { ...objectRow(table(0)), acl: layeredAcl(layers) };
      const others = [...world.live.managed].map((name) => roleRow(name));
      return {
        ...world,
        rows: decodeRows([row, { kind: 'schema', name: 's', owner: 'boss' }, ...others]),
      };
    };
    const worlds = new Map([2, small, factor * small].map((layers) => [layers, worldWith(layers)]));
    expect(growth((layers) => planned(worlds.get(layers) ?? worldWith(layers)))).toBeLessThan(
      mostGrowth,
    );
  });

  test('ADMIN that was granted onwards on many paths is planned in steps that grow no faster', () => {
    const worldWith = (layers: number) => {
      const group = {
        role: 'g',
        members: many(2 * layers, (index) => ({ ...member(index), admin: true })),
      };
      const graph = graphIn({
        roles: [{ name: 'g' }, ...many(2 * layers, role)],
        memberships: [group],
      });
      const edges = layeredAcl(layers).map(([name, grantor]) => ({
        ...membershipRow('g', String(name)),
        grantor,
      }));
      const roles = ['g', ...many(2 * layers, (index) => `r${String(index)}`)].map((name) =>
        roleRow(name),
      );
      return { live: worldOf(graph, mode, false).live, rows: decodeRows([...edges, ...roles]) };
    };
    const worlds = new Map([2, small, factor * small].map((layers) => [layers, worldWith(layers)]));
    expect(growth((layers) => planned(worlds.get(layers) ?? worldWith(layers)))).toBeLessThan(
      mostGrowth,
    );
  });
});

test('the number of mistakes in a manifest does not multiply the steps', () => {
  const unknown = (size: number) =>
    JSON.stringify({ roles: many(size, (index) => ({ ...role(index), logon: true })) });
  const wrong = (size: number) =>
    JSON.stringify(Object.fromEntries(many(size, (index) => [`x${String(index)}`, 1])));
  const again = (size: number) => many(size, () => 'roles: []\n').join('');
  for (const text of [unknown, wrong, again])
    expect(growth((size) => parseDocuments(text(size), 'f.yaml'))).toBeLessThan(mostGrowth);
});

test('globs and hosts are matched without backtracking', () => {
  const made = countedExpressions();
  const glob = (size: number) => `${'*a'.repeat(size)}*.svc`;
  const text = (size: number) => 'a'.repeat(10 * size);
  expect(growth((size) => matchesAny([glob(size)], text(size)))).toBeLessThan(mostGrowth);
  expect(
    growth((size) => leadsWithin([glob(size)], { host: `${text(size)}.scv`, port: 1 })),
  ).toBeLessThan(mostGrowth);
  const labels = (size: number) => 'a.'.repeat(size);
  expect(
    growth((size) =>
      leadsWithin([`*.${labels(size)}svc`], { host: `${labels(2 * size)}b`, port: 1 }),
    ),
  ).toBeLessThan(mostGrowth);
  expect(made()).toBe(0);
});

/** The number of regular expressions that are made of texts from now on. Their work is not counted in steps. */
function countedExpressions(): () => number {
  const { RegExp: original } = globalThis;
  let count = 0;
  globalThis.RegExp = new Proxy(original, {
    construct: (target, parameters: ConstructorParameters<RegExpConstructor>) => {
      count += 1;
      return new target(...parameters);
    },
  });
  return () => {
    globalThis.RegExp = original;
    return count;
  };
}
