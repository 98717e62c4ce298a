import { afterEach, expect, test } from '@jest/globals';
import { lastWords } from '../cli/run-cli.ts';
import { namespaces, namespacesRig, newName } from './namespaces-rig.ts';
import { openOperator, type Operator } from './operator.ts';

const rig = namespacesRig();
let operator: Operator;

afterEach(() => operator.close());

test('in mode dynamic a namespace is created, managed, and deleted with nothing left', async () => {
  operator = await openOperator({ mode: 'dynamic' });
  await operator.start();
  const [name, place] = [newName(), ['--operator-namespace', operator.namespace]];
  const kubeconfig = await rig.caretaker();
  const created = await namespaces(kubeconfig, ['create', name, ...place]);
  expect(created).toEqual({
    code: 0,
    stdout: `namespace ${name}: Running: its policies are reconciled\n`,
    stderr: '',
  });
  expect((await namespaces(kubeconfig, place)).stdout).toMatch(new RegExp(`^${name}\tRunning\t`));
  const deleted = await namespaces(kubeconfig, ['delete', name, '--yes', ...place]);
  expect([deleted.code, deleted.stdout]).toEqual([
    0,
    expect.stringMatching(`^namespace ${name}: Gone: `),
  ]);
});

test('in mode readonly, adopt labels a namespace and names the missing permission of the watcher', async () => {
  operator = await openOperator({ mode: 'readonly', reconcileRbac: false });
  await operator.start();
  const [name, place] = [newName(), ['--operator-namespace', operator.namespace]];
  await rig.make(name);
  const args = ['adopt', name, '--wait', '5', ...place];
  const adopted = await namespaces(await rig.caretaker(), args);
  expect(adopted.code).toBe(1);
  expect(lastWords(adopted)).toEqual([
    expect.stringContaining('helm template pgwarden charts/pgwarden '),
    expect.stringMatching(
      `^error: NamespaceNotReady: namespace ${name} is not Running after 5 s: its state is RBACMissing: the watcher may not `,
    ),
  ]);
  expect(await rig.labelOf(name)).toBe(operator.installation);
});
