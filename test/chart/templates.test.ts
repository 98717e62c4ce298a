import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDocuments } from '../../core/document/document.ts';
import { metrics } from '../../telemetry/metrics.ts';
import { golden, withoutMadeFiles } from './golden.ts';
import { chartFile, installations, lint, manifests, notes, template } from './helm.ts';

test.each(installations)('helm lint --strict reports no problem in %s', async (installation) => {
  const { code, stdout } = await lint(installation);
  expect(stdout).toContain('0 chart(s) failed');
  expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
  expect(code).toBe(0);
});

test.each(installations)('%s renders the file in test/chart/golden', async (installation) => {
  const { stdout, stderr } = await template(installation);
  expect(stderr).toBe('');
  const actual = withoutMadeFiles(stdout);
  expect(actual).toBe(golden(installation, actual));
});

test('an installation without a Temporal address fails, and the message says what to set', async () => {
  const { code, stderr } = await template();
  expect(code).not.toBe(0);
  expect(stderr).toContain('temporal.address is required: host:port of your Temporal frontend');
  expect(stderr).toContain('set devServer.enabled=true');
});

test('a codec server without a reader, an origin, a provider or keys is refused', async () => {
  for (const field of ['issuer', 'audience', 'claim', 'origins', 'allowed']) {
    const { stderr } = await template('everything', { set: [`codecServer.${field}=null`] });
    expect(stderr).toContain(`codecServer.enabled needs codecServer.${field}`);
  }
  const keys = ['temporal.encryptionSecretRef.name='];
  const { stderr } = await template('everything', { set: keys });
  expect(stderr).toContain('codecServer.enabled needs temporal.encryptionSecretRef.name');
});

test('temporal.address and devServer.enabled together are refused', async () => {
  const { stderr } = await template('evaluation', { set: ['temporal.address=temporal:7233'] });
  expect(stderr).toContain('temporal.address and devServer.enabled contradict each other');
});

test('a ServiceAccount that the chart does not create needs a name', async () => {
  const { stderr } = await template('production', { set: ['worker.serviceAccount.create=false'] });
  expect(stderr).toContain('worker.serviceAccount.name is required');
});

test('the chart has the version of the package', () => {
  const { version } = JSON.parse(chartFile('../../package.json')) as { version: string };
  expect(parse(chartFile('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});

test('the custom resource definition is the output of `npm run crd`, and is kept on uninstall', async () => {
  const made = parse(chartFile('files/postgrespolicies.pgroles.io.yaml'), { version: '1.1' }) as {
    spec: unknown;
  };
  const [definition] = await definitionsIn('evaluation');
  expect(definition?.spec).toEqual(made.spec);
  expect(definition?.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
});

test('without crds.keep, uninstall deletes the custom resource definition; without crds.enabled, it is not installed', async () => {
  const [definition] = await definitionsIn('evaluation', ['crds.keep=false']);
  expect(definition?.metadata.annotations ?? {}).toEqual({});
  expect(await definitionsIn('evaluation', ['crds.enabled=false'])).toEqual([]);
});

async function definitionsIn(installation: string, set: readonly string[] = []) {
  const all = manifests(await template(installation, { set }));
  return all.filter(({ kind }) => kind === 'CustomResourceDefinition');
}

test('alerts use only existing metrics of this release', async () => {
  const all = manifests(await template('everything'));
  const rules = all.filter(({ kind }) => kind === 'PrometheusRule');
  const names = Object.values(metrics).map(({ name }): string => name);
  const used = [...JSON.stringify(rules).matchAll(/(pgwarden_\w+)(\{[^}]*\})?/g)];
  expect(used.length).toBeGreaterThan(8);
  for (const [, name = '', labels] of used) {
    expect(names).toContain(name);
    expect(labels).toContain('namespace=\\"access\\",job=\\"access-metrics\\"');
  }
});

test('the notes name the managed namespaces and the next steps', async () => {
  const text = await notes('cloud');
  expect(text).toContain('manages the PostgresPolicies of namespaces team-a, team-b');
  expect(text).toContain('rollout status deployment/pgwarden-worker');
  expect(text).toContain('kubectl -n team-a apply -f -');
  expect(text).toContain('helm test pgwarden -n access --logs');
  expect(text).not.toContain('--from-literal');
  expect(text).not.toContain('can read every Secret');
});

test.each([
  ['production', [], 'of all namespaces.'],
  ['own-namespace', [], 'of namespace access.'],
  [
    'single-tenant',
    [],
    'of namespace databases and of the namespaces labelled pgwarden.io/installation=pgwarden-access.',
  ],
  ['multi-tenant', [], 'of the namespaces labelled pgwarden.io/installation=platform.'],
  ['multi-tenant', ['namespaces.mode=auto'], 'of namespace access, and of the namespaces labelled'],
])('the notes of %s with %j name the managed namespaces: %s', async (installation, set, whose) => {
  expect(await notes(installation, set)).toContain(`manages the PostgresPolicies ${whose}`);
});

test.each([
  ['multi-tenant', false],
  ['single-tenant', true],
])('the notes of %s say how to add a namespace', async (installation, needsRoles) => {
  const text = await notes(installation);
  expect(text).toContain('kubectl label namespace shop pgwarden.io/installation=');
  expect(text.includes('a cluster administrator must also create its Roles')).toBe(needsRoles);
  expect(text).not.toContain('can read every Secret in the cluster. Choose');
});

test('the policy in the notes is valid and changes nothing', async () => {
  const text = await notes('evaluation');
  const policy = /<<'POLICY'\n(.*?)\n {2}POLICY/s.exec(text)?.[1] ?? '';
  const [document] = parseDocuments(policy, 'NOTES.txt');
  expect(document).toMatchObject({ kind: 'policy', spec: { mode: 'plan' } });
});

test.each([
  ['evaluation', [], 'devServer.enabled is for evaluation'],
  ['evaluation', ['devServer.persistence.enabled=false'], 'which is deleted with its pod'],
  ['evaluation', ['crds.keep=false'], 'deletes the custom resource'],
  ['evaluation', ['rbac.create=false'], 'cannot work'],
  ['cloud', [], 'worker.replicas is 1'],
  ['production', [], 'the worker can read every Secret in the cluster'],
  ['multi-tenant', [], 'the watcher can read every Secret in the cluster'],
])('%s with %j warns: %s', async (installation, set, warning) => {
  const text = await notes(installation, set);
  expect(text.split('\n').find((line) => line.includes(warning))).toMatch(/^WARNING: /);
});

const labelled = z.object({ 'app.kubernetes.io/component': z.string() });
const ofPods = z.object({ template: z.object({ metadata: z.object({ labels: labelled }) }) });
const selecting = z.object({ podSelector: z.object({ matchLabels: labelled }) });

test('every pod of a release has a NetworkPolicy', async () => {
  const specs = manifests(await template('everything')).map(({ spec }) => spec);
  const pods = specs.flatMap((spec) => ofPods.safeParse(spec).data?.template.metadata.labels ?? []);
  const selected = specs.flatMap(
    (spec) => selecting.safeParse(spec).data?.podSelector.matchLabels ?? [],
  );
  expect(pods.length).toBe(7);
  const doctor = { 'app.kubernetes.io/component': 'doctor' };
  expect(new Set(selected)).toEqual(new Set([...pods, doctor]));
});

test.each([
  ['cloud', ['access', 'team-a', 'team-b']],
  ['own-namespace', ['access']],
])('%s creates no cluster-wide resource', async (installation, expected) => {
  const all = manifests(await template(installation));
  const places = new Set(all.map(({ metadata }) => metadata.namespace));
  expect([...places].toSorted()).toEqual(expected);
});

test('the longest possible names are valid', async () => {
  const name = 'r'.repeat(53);
  const all = manifests(await template('evaluation', { name, namespace: 'n'.repeat(63) }));
  const long = all.filter(
    ({ kind, metadata }) => metadata.name.length > (kind.startsWith('ClusterRole') ? 253 : 63),
  );
  expect(long).toEqual([]);
  const given = z.record(z.string(), z.string()).default({});
  const labels = all.flatMap(({ metadata }) => Object.values(given.parse(metadata['labels'])));
  expect(labels.filter((label) => label.length > 63)).toEqual([]);
});
