import { describe, expect, test } from '@jest/globals';
import { lastWords } from '../cli/run-cli.ts';
import { namespaces as run, namespacesRig, newName, rights, standing } from './namespaces-rig.ts';

const rig = namespacesRig();

describe('pgwarden namespaces', () => {
  test('shows mode and namespaces, to a person and to a program', async () => {
    const { namespace, installation: name, tell } = await rig.installation();
    const namespaces = [
      standing('shop', 'Running', 'its policies are reconciled'),
      standing('web', 'RBACMissing', 'the watcher may not list secrets in it'),
    ];
    await tell({ mode: 'readonly', reason: 'the watcher may not create namespaces', namespaces });
    const kubeconfig = await rig.person([rights.look], namespace);
    const table = await run(kubeconfig, ['--operator-namespace', namespace]);
    expect(table).toEqual({
      code: 0,
      stdout:
        'shop\tRunning\t3h\tits policies are reconciled\n' +
        'web\tRBACMissing\t3h\tthe watcher may not list secrets in it\n',
      stderr: expect.stringMatching(
        `^installation ${name}, as reported in ConfigMap ${namespace}/pgwarden-namespaces \\d+[sm] ago\n` +
          'mode readonly for \\ds: the watcher may not create namespaces\n$',
      ),
    });
    const env = { PGWARDEN_OPERATOR_NAMESPACE: namespace };
    for (const option of ['-o', '--output', '--format']) {
      const { code, stdout, stderr } = await run(kubeconfig, [option, 'json'], env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        ...{ schema_version: 'pgwarden.namespaces.v1', installation: name, mode: 'readonly' },
        ...{ config_map: `${namespace}/pgwarden-namespaces`, written: expect.any(String) },
        ...{
          reason: 'the watcher may not create namespaces',
          changed: expect.any(String),
          namespaces,
        },
      });
    }
  });

  test('warns about a report that no watcher has updated for a while', async () => {
    const { namespace, tell } = await rig.installation();
    await tell({ namespaces: [standing('shop', 'Running', 'its policies are reconciled')] });
    const place = { namespace, name: 'pgwarden-namespaces' };
    const configMap = await rig.core.readNamespacedConfigMap(place);
    const written = new Date(Date.now() - 600_000).toISOString();
    const annotations = { 'pgwarden.io/written-at': written };
    const metadata = { name: place.name, labels: configMap.metadata?.labels ?? {}, annotations };
    const { data = {} } = configMap;
    await rig.core.replaceNamespacedConfigMap({ ...place, body: { metadata, data } });
    const kubeconfig = await rig.person([rights.look], namespace);
    const { code, stderr } = await run(kubeconfig, ['--operator-namespace', namespace]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'the report was written 10m ago and may be outdated: check that a watcher runs',
    );
  });

  test('finds an installation by name in the whole cluster, and lists the candidates', async () => {
    const [one, other] = [await rig.installation(), await rig.installation()];
    await one.tell({}, 'here-pgwarden-namespaces');
    await other.tell({ mode: 'all' });
    const nameless = await rig.installation();
    await nameless.tell({ mode: 'disabled', installation: '' });
    const kubeconfig = await rig.person([rights.look]);
    const found = await run(kubeconfig, ['--installation', other.installation]);
    expect([found.code, found.stdout]).toEqual([
      0,
      'pgwarden manages the policies of every namespace.\n',
    ]);
    const several = await run(kubeconfig, []);
    expect(several.code).toBe(64);
    expect(lastWords(several)[0]).toMatch(/^hint: Choose one with --/);
    expect(several.stderr).toContain(
      `installation ${one.installation}, mode dynamic, reported in ConfigMap ${one.namespace}/here-pgwarden-namespaces\n`,
    );
    expect(several.stderr).toContain(`installation ${other.installation}, mode all, reported in `);
    expect(several.stderr).toContain(
      `an installation without a name, mode disabled, reported in ConfigMap ${nameless.namespace}/`,
    );
    const none = await run(kubeconfig, ['--installation', 'nobody']);
    expect([none.code, lastWords(none)[1]]).toEqual([
      1,
      'error: NamespacesUnknown: found no namespace report of installation nobody',
    ]);
  });

  test('two reports with the name of one installation differ only in their namespaces', async () => {
    const { installation: name, tell } = await rig.installation();
    await tell({});
    const elsewhere = await rig.installation();
    await elsewhere.tell({ installation: name });
    const several = await run(await rig.person([rights.look]), ['--installation', name]);
    expect(lastWords(several)).toEqual([
      'hint: Choose one with --operator-namespace.',
      'error: Usage: found 2 installations, and the command needs one',
    ]);
  });

  test('a user who can read only one ConfigMap gets its report', async () => {
    const { namespace, tell } = await rig.installation();
    await tell({ namespaces: [standing('shop', 'Running')] });
    const get = { ...rights.look, verbs: ['get'], resourceNames: ['pgwarden-namespaces'] };
    const kubeconfig = await rig.person([get], namespace);
    const { code, stdout } = await run(kubeconfig, ['--operator-namespace', namespace]);
    expect([code, stdout]).toEqual([0, 'shop\tRunning\t3h\tso it is\n']);
    const nothing = await run(await rig.person([]), []);
    expect(lastWords(nothing)).toEqual([
      'hint: Ask a cluster administrator for this permission, or use another context of your kubeconfig.',
      expect.stringContaining(
        'error: KubernetesForbidden: cannot read ConfigMap pgwarden/pgwarden-namespaces: ',
      ),
    ]);
  });

  test('unknown arguments are wrong usage', async () => {
    for (const args of [['crate', 'x'], ['create'], ['create', 'Shop'], ['create', 'x', 'y']]) {
      expect((await run('', args)).code).toBe(64);
    }
  });

  test('text in a report cannot control a terminal', async () => {
    const { namespace, tell } = await rig.installation();
    await tell({ reason: 'a\u001b[2J', namespaces: [standing('shop', 'Pending', 'b\u001b[2J')] });
    const kubeconfig = await rig.person([rights.look], namespace);
    const { stdout, stderr } = await run(kubeconfig, ['--operator-namespace', namespace]);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout).toContain('b<U+001B>[2J');
  });
});

describe('an action that the mode does not allow is refused, with the command for an administrator:', () => {
  const reason = 'the watcher may not create namespaces';
  test.each([
    [
      'readonly',
      'create',
      'Ask a cluster administrator to run: kubectl create namespace NEW && kubectl label namespace NEW pgwarden.io/installation=ITS',
    ],
    ['readonly', 'delete', 'Ask a cluster administrator to run: kubectl delete namespace NEW'],
    [
      'disabled',
      'create',
      "Ask a cluster administrator to run: kubectl create namespace NEW && helm upgrade pgwarden charts/pgwarden -n OPERATOR --reset-then-reuse-values --set 'namespaces.list={NEW,zoo}'",
    ],
    [
      'disabled',
      'adopt',
      "Ask a cluster administrator to run: helm upgrade pgwarden charts/pgwarden -n OPERATOR --reset-then-reuse-values --set 'namespaces.list={NEW,zoo}'",
    ],
    [
      'disabled',
      'delete',
      "Ask a cluster administrator to run: helm upgrade pgwarden charts/pgwarden -n OPERATOR --reset-then-reuse-values --set 'namespaces.list={zoo}' && kubectl delete namespace NEW",
    ],
    [
      'all',
      'create',
      'pgwarden manages the policies of every namespace. Ask a cluster administrator to run: kubectl create namespace NEW',
    ],
    ['all', 'adopt', 'No action is needed: pgwarden manages the policies of every namespace.'],
    [
      'all',
      'delete',
      'pgwarden manages the policies of every namespace. Ask a cluster administrator to run: kubectl delete namespace NEW',
    ],
  ] as const)('%s: %s', async (mode, change, hint) => {
    const { namespace, installation: its, tell } = await rig.installation();
    const name = newName();
    const namespaces = [standing('gone', 'Gone'), standing('zoo', 'Running')];
    await tell({ mode, reason, namespaces });
    const kubeconfig = await rig.caretaker();
    const refused = await run(kubeconfig, [change, name, '--operator-namespace', namespace]);
    expect(refused.code).toBe(1);
    expect(lastWords(refused)).toEqual([
      `hint: ${hint.replaceAll('NEW', name).replace('ITS', its).replace('OPERATOR', namespace)}`,
      `error: NamespaceModeForbids: namespace ${name} cannot be ${change.replace(/e?$/, 'ed')}: installation ${its} is in mode ${mode}: ${reason}`,
    ]);
    await expect(rig.core.readNamespace({ name })).rejects.toMatchObject({ code: 404 });
  });
});
