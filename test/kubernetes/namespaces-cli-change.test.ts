import { describe, expect, test } from '@jest/globals';
import { lastWords } from '../cli/run-cli.ts';
import { eventually } from '../workflows/wait.ts';
import { namespaces as run, namespacesRig, newName, rights, standing } from './namespaces-rig.ts';
import { policiesIn, policyNamed } from './policies.ts';

const rig = namespacesRig();

describe('pgwarden namespaces create', () => {
  test('creates a namespace with the label, and waits until its policies are managed', async () => {
    const { namespace, installation: its, tell } = await rig.installation();
    await tell({});
    const name = newName();
    const kubeconfig = await rig.caretaker();
    const result = run(kubeconfig, ['create', name, '--operator-namespace', namespace]);
    await eventually(() => rig.labelOf(name).catch(() => undefined));
    expect(await rig.labelOf(name)).toBe(its);
    await tell({ namespaces: [standing(name, 'Pending', 'it was just created')] });
    await tell({ namespaces: [standing(name, 'Running', 'its policies are reconciled')] });
    expect(await result).toEqual({
      code: 0,
      stdout: `namespace ${name}: Running: its policies are reconciled\n`,
      stderr: '',
    });
  });

  test('reports why the policies of a namespace are not managed', async () => {
    const { namespace, tell } = await rig.installation();
    await tell({ namespaces: [] });
    const place = ['--operator-namespace', namespace, '--wait', '1'];
    const [name, other] = [newName(), newName()];
    const kubeconfig = await rig.caretaker();
    expect(lastWords(await run(kubeconfig, ['create', name, ...place]))).toEqual([
      `hint: Check that a watcher runs: kubectl -n ${namespace} get pods`,
      `error: NamespaceNotReady: namespace ${name} is not Running after 1 s: the watcher does not report it`,
    ]);
    const reason = 'the watcher may not list secrets in it';
    await tell({ namespaces: [standing(other, 'RBACMissing', reason)] }, 'pgwarden-namespaces');
    expect(lastWords(await run(kubeconfig, ['create', other, ...place]))).toEqual([
      `hint: Ask a cluster administrator to run: helm template pgwarden charts/pgwarden -n ${namespace} -f values.yaml -s templates/rbac-targets.yaml --set 'namespaces.list={${other}}' | kubectl apply -f -`,
      `error: NamespaceNotReady: namespace ${other} is not Running after 1 s: its state is RBACMissing: ${reason}`,
    ]);
    const unwaited = await run(kubeconfig, ['create', newName(), ...place, '--wait', '0']);
    expect([unwaited.code, unwaited.stdout]).toEqual([
      0,
      expect.stringMatching(': change requested\n$'),
    ]);
  });

  test('does not change an existing namespace', async () => {
    const { namespace, installation: its, tell } = await rig.installation();
    await tell({});
    const [plain, foreign, ours] = [newName(), newName(), newName()];
    await Promise.all([rig.make(plain), rig.make(foreign, 'other'), rig.make(ours, its)]);
    const kubeconfig = await rig.caretaker();
    const create = async (name: string) =>
      lastWords(await run(kubeconfig, ['create', name, '--operator-namespace', namespace]));
    expect(await create(plain)).toEqual([
      `hint: Adopt it: pgwarden namespaces adopt ${plain}`,
      `error: NamespaceRefused: namespace ${plain} already exists`,
    ]);
    expect((await create(foreign))[1]).toBe(
      `error: NamespaceRefused: namespace ${foreign} already exists and belongs to installation other`,
    );
    expect((await create(ours))[1]).toBe(
      `error: NamespaceRefused: namespace ${ours} already exists and belongs to installation ${its}`,
    );
    expect(await rig.labelOf(plain)).toBeUndefined();
  });

  test('needs the right to', async () => {
    const { namespace, tell } = await rig.installation();
    await tell({});
    const name = newName();
    const kubeconfig = await rig.person([rights.look, { ...rights.change, verbs: ['get'] }]);
    const refused = await run(kubeconfig, ['create', name, '--operator-namespace', namespace]);
    expect(lastWords(refused)[1]).toContain(
      `error: KubernetesForbidden: cannot create namespace ${name}: the API server denied the request: `,
    );
  });
});

describe('pgwarden namespaces adopt', () => {
  test.each(['dynamic', 'readonly'] as const)('labels a namespace in mode %s', async (mode) => {
    const { namespace, installation: its, tell } = await rig.installation();
    const name = newName();
    await rig.make(name);
    await tell({ mode, namespaces: [standing(name, 'Running')] });
    const kubeconfig = await rig.person([
      rights.look,
      { ...rights.change, verbs: ['get', 'update'] },
    ]);
    const adopt = () => run(kubeconfig, ['adopt', name, '--operator-namespace', namespace]);
    const done = { code: 0, stdout: `namespace ${name}: Running: so it is\n`, stderr: '' };
    expect(await adopt()).toEqual(done);
    expect(await rig.labelOf(name)).toBe(its);
    expect(await adopt()).toEqual(done);
  });

  test('refuses a namespace of another installation, which it names, and one that is missing or terminating', async () => {
    const { namespace, installation: its, tell } = await rig.installation();
    await tell({});
    const [foreign, absent, going] = [newName(), newName(), newName()];
    await rig.make(foreign, 'other');
    await rig.make(going);
    await rig.core.deleteNamespace({ name: going });
    const kubeconfig = await rig.caretaker();
    const adopt = async (name: string) =>
      lastWords(await run(kubeconfig, ['adopt', name, '--operator-namespace', namespace]));
    expect(await adopt(foreign)).toEqual([
      `hint: Its owner can release it with: kubectl label namespace ${foreign} pgwarden.io/installation-`,
      `error: NamespaceRefused: namespace ${foreign} belongs to installation other`,
    ]);
    expect(await rig.labelOf(foreign)).toBe('other');
    expect((await adopt(absent))[1]).toBe(
      `error: NamespaceRefused: namespace ${absent} does not exist`,
    );
    expect((await adopt(going))[1]).toBe(
      `error: NamespaceRefused: namespace ${going} is being deleted`,
    );
    expect(its).not.toBe('other');
  });
});

describe('pgwarden namespaces delete', () => {
  test('shows the policies in the namespace, and asks before it deletes', async () => {
    const { namespace, installation: its, tell } = await rig.installation();
    const name = newName();
    await rig.make(name, its);
    const policies = policiesIn(rig.config, name);
    await policies.create(policyNamed('main'));
    await policies.apply('revoked', {
      ...policyNamed('revoked'),
      metadata: { name: 'revoked', finalizers: ['pgwarden.io/revoke'] },
    });
    await tell({ namespaces: [standing(name, 'Running')] });
    const kubeconfig = await rig.caretaker();
    const args = ['delete', name, '--operator-namespace', namespace];
    const asked = await run(kubeconfig, args);
    expect(asked).toEqual({
      code: 64,
      stdout: '',
      stderr: `Deleting namespace ${name} deletes everything in it, including 2 policies:
  ${name}/main
  ${name}/revoked (deletion_policy: Revoke: delete this policy first, or its grants are not revoked)
Databases are not changed.
hint: Add --yes to delete without confirmation.
error: Usage: cannot ask for confirmation to delete namespace ${name}: stdin is not a terminal
`,
    });
    expect(await rig.isTerminating(name)).toBe(false);
    const deleted = run(kubeconfig, [...args, '--yes']);
    await eventually(() => rig.isTerminating(name));
    await tell({ namespaces: [standing(name, 'Draining')] });
    await tell({ namespaces: [standing(name, 'Gone', 'nothing of ours is left in it')] });
    const { code, stdout } = await deleted;
    expect([code, stdout]).toEqual([0, `namespace ${name}: Gone: nothing of ours is left in it\n`]);
  });

  test("deletes neither a namespace of another installation nor the operator's own", async () => {
    const { namespace, installation: its, tell } = await rig.installation();
    await tell({});
    const [plain, foreign, absent] = [newName(), newName(), newName()];
    await Promise.all([rig.make(plain), rig.make(foreign, 'other')]);
    await rig.core.patchNamespace({
      name: namespace,
      body: [{ op: 'add', path: '/metadata/labels/pgwarden.io~1installation', value: its }],
    });
    const kubeconfig = await rig.caretaker();
    const remove = async (name: string) =>
      lastWords(
        await run(kubeconfig, ['delete', name, '--yes', '--operator-namespace', namespace]),
      );
    expect((await remove(plain))[1]).toBe(
      `error: NamespaceRefused: namespace ${plain} does not belong to installation ${its}: it has no label pgwarden.io/installation`,
    );
    expect((await remove(foreign))[1]).toBe(
      `error: NamespaceRefused: namespace ${foreign} does not belong to installation ${its}: it belongs to installation other`,
    );
    expect((await remove(absent))[1]).toBe(
      `error: NamespaceRefused: namespace ${absent} does not exist`,
    );
    expect((await remove(namespace))[1]).toBe(
      `error: NamespaceRefused: namespace ${namespace} is the namespace of the operator itself`,
    );
    for (const name of [plain, foreign, namespace])
      expect(await rig.isTerminating(name)).toBe(false);
  });

  test('deletes nothing if it cannot list what is in the namespace', async () => {
    const { namespace, installation: its, tell } = await rig.installation();
    await tell({});
    const name = newName();
    await rig.make(name, its);
    const kubeconfig = await rig.person([rights.look, rights.change]);
    const args = ['delete', name, '--yes', '--operator-namespace', namespace];
    expect(lastWords(await run(kubeconfig, args))[1]).toContain('list policies');
    expect(await rig.isTerminating(name)).toBe(false);
  });
});
