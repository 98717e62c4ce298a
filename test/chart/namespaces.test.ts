import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { manifests, template, type Manifest } from './helm.ts';
import { wantedIn } from './wanted.ts';

const modes = ['all', 'auto', 'dynamic', 'readonly', 'disabled'];
const booleans = ['true', 'false'];

/** All valid combinations of the values. */
const combinations = modes.flatMap((mode) =>
  ['', '{shop,books}'].flatMap((list) =>
    mode === 'all' && list !== ''
      ? []
      : booleans.flatMap((reconcileRBAC) =>
          booleans.map((create) => [mode, list, reconcileRBAC, create]),
        ),
  ),
);

const ofCluster = z.object({
  kind: z.literal('ClusterRole'),
  rules: z.array(z.object({ resources: z.array(z.string()), verbs: z.array(z.string()) })),
});
const bound = z.object({ subjects: z.array(z.object({ name: z.string() })) });

describe.each(combinations)(
  'with mode %s, list %j, reconcileRBAC %s and rbac.create %s',
  (mode = '', list = '', reconcileRBAC = '', create = '') => {
    let all: readonly Manifest[];

    beforeAll(async () => {
      all = manifests(
        await template('production', {
          set: [
            ...[`namespaces.mode=${mode}`, `namespaces.reconcileRBAC=${reconcileRBAC}`],
            ...(list === '' ? [] : [`namespaces.list=${list}`]),
            `rbac.create=${create}`,
          ],
        }),
      );
    });

    test('only configurations that need it have cluster-wide permission on Secrets', () => {
      const names = rolesAbout('secrets', all);
      const isDynamic = mode === 'dynamic' && reconcileRBAC === 'true';
      const holders = names.flatMap((name) => subjectsOf(name, all));
      const both = ['pgwarden-worker', 'pgwarden-watcher'];
      const expected = mode === 'all' ? both : isDynamic ? ['pgwarden-watcher'] : [];
      expect(holders).toEqual(create === 'true' ? expected : []);
    });

    test('the worker has cluster-wide permissions only in mode all', () => {
      const bindings = all.filter(({ kind }) => kind === 'ClusterRoleBinding');
      const ofWorker = bindings.filter((binding) => subjects(binding).includes('pgwarden-worker'));
      expect(ofWorker).toHaveLength(mode === 'all' && create === 'true' ? 1 : 0);
    });

    test('the watcher gets the Roles to create if it creates Roles', () => {
      const names = wantedIn(all).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      const isTold = mode !== 'all' && reconcileRBAC === 'true';
      const both = ['worker', 'watcher'].flatMap((component) =>
        ['Role', 'RoleBinding'].map((kind) => `${kind} pgwarden-access-${component}`),
      );
      expect(names).toEqual(isTold ? both : []);
    });

    test('the chart creates resources only in the listed namespaces and its own', () => {
      const places = new Set(all.flatMap(({ metadata }) => metadata.namespace ?? []));
      const isLeft = mode === 'dynamic' && reconcileRBAC === 'true';
      const listed = list === '' || isLeft || create === 'false' ? [] : ['books', 'shop'];
      expect([...places].toSorted()).toEqual(['access', ...listed]);
    });
  },
);

/** Names of the ClusterRoles of worker and watcher that contain a resource. */
function rolesAbout(resource: string, all: readonly Manifest[]): readonly string[] {
  return all.flatMap((manifest) => {
    const rules = ofCluster.safeParse(manifest).data?.rules ?? [];
    const speaks = rules.some(({ resources }) =>
      resources.some((each) => [resource, '*'].includes(each)),
    );
    return speaks ? [manifest.metadata.name] : [];
  });
}

function subjectsOf(role: string, all: readonly Manifest[]): readonly string[] {
  return all
    .filter(({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === role)
    .flatMap(subjects);
}

function subjects(binding: Manifest): readonly string[] {
  return bound.parse(binding).subjects.map(({ name }) => name);
}

test('a list of namespaces with mode all is refused, and the message says what to set', async () => {
  const { code, stderr } = await template('production', { set: ['namespaces.list={shop}'] });
  expect(code).not.toBe(0);
  expect(stderr).toContain('namespaces.list and namespaces.mode=all contradict each other');
});

test('a name that is too long for a label ends with a hash', async () => {
  const of = async (namespace: string) => {
    const names = { name: 'r'.repeat(53), namespace };
    const { code, stdout } = await template('production', { ...names, set });
    expect(code).toBe(0);
    return /"(rrr[-a-z0-9]+-[0-9a-f]{6})"/.exec(stdout)?.[1] ?? '';
  };
  const set = ['namespaces.mode=readonly'];
  const [one, other] = [await of('n'.repeat(63)), await of(`${'n'.repeat(62)}m`)];
  for (const label of [one, other]) expect(label).toMatch(/^[-a-z0-9]{20,63}$/);
  expect(one).not.toBe(other);
});

test('two installations whose names join to the same text have different names and labels', async () => {
  const of = async (name: string, namespace: string) => {
    const set = ['namespaces.mode=readonly', 'namespaces.list={shop}'];
    const all = manifests(await template('production', { name, namespace, set }));
    const there = all.filter(
      ({ kind, metadata }) => /^ClusterRole$|^Role$/.test(kind) && metadata.namespace !== namespace,
    );
    const labels = there.flatMap(({ metadata }) => installationOf(metadata.labels));
    return new Set([...there.map(({ kind, metadata }) => `${kind} ${metadata.name}`), ...labels]);
  };
  const [one, other] = [await of('pgwarden', 'a-b'), await of('pgwarden-a', 'b')];
  expect([...one].filter((name) => other.has(name))).toEqual([]);
  expect(one).toContain('Role pgwarden-a-b-worker');
});

const labelled = z.object({ 'pgwarden.io/installation': z.string() });

function installationOf(labels: unknown): string[] {
  const { data } = labelled.safeParse(labels);
  return data === undefined ? [] : [data['pgwarden.io/installation']];
}

test('resources in other namespaces have the label of the installation', async () => {
  const set = ['namespaces.mode=readonly', 'namespaces.list={shop}', 'namespaces.installation=one'];
  const all = manifests(await template('production', { set }));
  const there = all.filter(({ metadata }) => metadata.namespace === 'shop');
  expect(there).toHaveLength(6);
  const label = { 'pgwarden.io/installation': 'one' };
  for (const { metadata } of [...there, ...wantedIn(all)])
    expect(metadata).toMatchObject({ labels: label });
});

test('an upgrade restarts the watcher only if the Roles to create changed', async () => {
  const checksum = async (...set: string[]) => {
    const all = manifests(
      await template('production', { set: ['namespaces.mode=readonly', ...set] }),
    );
    const text = JSON.stringify(all.filter(({ metadata }) => metadata.name === 'pgwarden-watcher'));
    return /"checksum\/rbac":"([0-9a-f]{64})"/.exec(text)?.[1];
  };
  const before = await checksum();
  expect(before).toBeDefined();
  expect(await checksum('logLevel=debug')).toBe(before);
  expect(await checksum('namespaces.installation=other')).not.toBe(before);
});
