import { describe, expect, test } from '@jest/globals';
import { dirname } from 'node:path';
import { grouped } from '../core/grouped.ts';
import { inspectors } from '../core/registry.ts';
import { strongComponents } from '../core/strong-components.ts';
import { dependencyRule } from '../dependency-rule.js';
import {
  importsIn,
  importsOf,
  readSource,
  sourceFiles,
  type SourceImport,
} from './setup/source-tree.ts';

type FolderRule = (typeof dependencyRule)[string];

const ruled = Object.keys(dependencyRule);
const product = [...ruled, 'cli'];

function violation(each: SourceImport): string | undefined {
  const folder = each.from.split('/')[0] ?? '';
  const rule = dependencyRule[folder];
  if (rule === undefined) return undefined;
  const allowed = each.own ? ownAllowed(each, folder, rule) : packageAllowed(each, rule);
  return allowed ? undefined : `${each.from} imports ${each.target}`;
}

function ownAllowed({ target, typeOnly }: SourceImport, folder: string, rule: FolderRule): boolean {
  const places = [folder, ...rule.folders, ...(typeOnly ? rule.types : [])];
  return places.some((place) => target.startsWith(`${place}/`) || target === `${place}.ts`);
}

function packageAllowed({ target, typeOnly }: SourceImport, rule: FolderRule): boolean {
  const among = (packages: readonly string[]) =>
    packages.some((name) => target === name || target.startsWith(`${name}/`));
  if (among(rule.banned ?? [])) return false;
  return typeOnly || rule.packages === undefined || among(rule.packages);
}

function violations(imports: readonly SourceImport[]): readonly string[] {
  return imports.flatMap((each) => violation(each) ?? []);
}

test.each(ruled)('%s imports only what the dependency rule allows', (folder) => {
  expect(violations(sourceFiles(folder).flatMap(importsOf))).toEqual([]);
});

describe('the dependency rule', () => {
  test.each([
    ['core/plan.ts', `import pg from 'pg';`],
    ['core/plan.ts', `import { readFile } from 'node:fs/promises';`],
    ['core/kinds/role/role.ts', `import { connect } from '../../../postgres/connect.ts';`],
    ['postgres/connect.ts', `export * from '../sources/source.ts';`],
    ['postgres/connect.ts', `const late = () => import('../activities/apply.ts');`],
    ['activities/contract.ts', `import type { Phase } from '../workflows/messages.ts';`],
    ['workflows/policy.ts', `import { planChanges } from '../core/plan/plan.ts';`],
    ['workflows/policy.ts', `import { type Plan } from '../core/plan/plan.ts';`],
    ['workflows/policy.ts', `import { z } from 'zod';`],
    ['watcher/main.ts', `import { serve } from '../worker/health.ts';`],
    ['watcher/main.ts', `import type { Serve } from '../worker/health.ts';`],
    ['sources/open.ts', `import { manager } from '../namespaces/manager.ts';`],
    ['sources/open.ts', `import type { Manager } from '../namespaces/manager.ts';`],
    ['embedded/temporal.ts', `import { helm } from '../tools/kubernetes/executables.ts';`],
    ['watcher/main.ts', `import type { ClientConfig } from 'pg';`],
    ['watcher/main.ts', `import { policy } from '../workflows/policy.ts';`],
    ['embedded/temporal.ts', `import { planChanges } from '../core/plan/plan.ts';`],
  ])('forbids in %s: %s', (path, text) => {
    expect(violations(importsIn(path, text))).toHaveLength(1);
  });

  test.each([
    ['core/plan.ts', `import { z } from 'zod'; import { diffFacts } from './diff.ts';`],
    ['workflows/policy.ts', `import type { Plan } from '../core/plan/plan.ts';`],
    ['workflows/policy.ts', `import { sleep } from '@temporalio/workflow';`],
    ['watcher/main.ts', `import { policyChanged } from '../workflows/messages.ts';`],
    ['embedded/temporal.ts', `import { Refusal } from '../core/refusal.ts';`],
    ['cli/main.ts', `import { startTemporal } from '../embedded/temporal.ts';`],
  ])('allows in %s: %s', (path, text) => {
    expect(violations(importsIn(path, text))).toEqual([]);
  });
});

const code = [...product, 'tools', 'bench'].flatMap(sourceFiles);
const folders = new Set(code.map((path) => dirname(path)));

/** A folder without folders in it, or a single file beside folders. */
function room(path: string): string {
  const folder = dirname(path);
  return [...folders].some((other) => other.startsWith(`${folder}/`)) ? path : folder;
}

/** The members of each circle of imports, where `roomOf` says what counts as one. */
function circles(
  imports: readonly SourceImport[],
  roomOf: (path: string) => string,
): readonly (readonly string[])[] {
  const edges = imports
    .filter(({ own }) => own)
    .map(({ from, target }) => ({ role: roomOf(from), member: roomOf(target) }))
    .filter(({ role, member }) => role !== member);
  const byComponent = grouped([...strongComponents(edges)], ([, component]) => String(component));
  return [...byComponent.values()]
    .filter((members) => members.length > 1)
    .map((members) => members.map(([name]) => name).sort());
}

describe('import circles', () => {
  const imports = code.flatMap(importsOf);

  test('no file imports itself by way of others', () => {
    expect(circles(imports, (path) => path)).toEqual([]);
  });

  test('no folder imports itself by way of others', () => {
    expect(circles(imports, room)).toEqual([]);
  });

  test('a circle is found by file and by folder', () => {
    const back = importsIn('core/live.ts', `import type { Plan } from './plan/plan.ts';`);
    const withCircle = [...imports, ...back];
    expect(circles(withCircle, (path) => path)[0]).toContain('core/live.ts');
    expect(circles(withCircle, room)[0]).toContain('core/plan');
  });
});

test('only the kinds and inspectors themselves and their registry decide by the name of one', () => {
  const names = inspectors.map(({ name }) => name).join('|');
  const decision = new RegExp(`(?:case |[kK]ind(?::| [!=]==|Of\\() ?)['"\`](?:${names})['"\`]`);
  const elsewhere = product
    .flatMap(sourceFiles)
    .filter((path) => !path.startsWith('core/kinds/') && path !== 'core/registry.ts')
    .filter((path) => decision.test(readSource(path)));
  expect(elsewhere).toEqual([]);
});

test('no file is longer than 300 lines', () => {
  const long = [...product, 'bench', 'test']
    .flatMap(sourceFiles)
    .map((path) => ({ path, lines: readSource(path).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > 300);
  expect(long).toEqual([]);
});
