import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseDocuments } from '../../core/document/document.ts';
import { readPolicyResource } from '../../core/document/resource.ts';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { policiesIn, type StoredPolicy } from './policies.ts';

const folder = fileURLToPath(new URL('pgroles', import.meta.url));
const examples = fileURLToPath(new URL('../../examples', import.meta.url));

function policiesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split(/^---$/m)
    .filter((text) => /^kind: PostgresPolicy$/m.test(text));
}

const files = [folder, examples].flatMap((place) =>
  readdirSync(place)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(place, name)),
);
const policies = files.flatMap((path) =>
  policiesOf(path).map((text) => ({ path: path.slice(path.lastIndexOf('/') + 1), text })),
);

interface Given {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

async function applied(text: string): Promise<StoredPolicy> {
  const config = await kubernetes();
  const { read, apply } = policiesIn(config, await freshNamespace(config));
  const policy = parse(text) as Given;
  await apply(policy.metadata.name, policy);
  return read(policy.metadata.name);
}

test.each(policies)('no field of $path is lost or refused', async ({ text }) => {
  const { spec } = await applied(text);
  const defaults = {
    interval: '5m',
    suspend: false,
    mode: 'apply',
    reconciliation_mode: 'authoritative',
    deletion_policy: 'Retain',
  };
  expect(spec).toEqual({ ...defaults, ...(parse(text) as Given).spec });
});

test.each(policies)('$path means the same as a resource and as a file', async ({ path, text }) => {
  const stored = readPolicyResource(await applied(text));
  if (stored.kind !== 'policy') throw new Error(JSON.stringify(stored));
  const [file] = parseDocuments(text.replaceAll(/\w+: null\b(, )?/g, ''), path);
  if (file?.kind !== 'policy') throw new Error(JSON.stringify(file));
  expect(stored.graph).toEqual(file.graph);
  expect(stored.spec).toEqual(file.spec);
});
