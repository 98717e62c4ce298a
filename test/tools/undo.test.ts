import { expect, test } from '@jest/globals';
import { undoList } from '../../tools/kubernetes/cluster/undo.ts';

test('everything is undone, the last change first, even if something fails', async () => {
  const undone: string[] = [];
  const list = undoList();
  list.add(() => Promise.resolve(undone.push('network')));
  list.add(() => Promise.reject(new Error('a mount is busy')));
  list.add(() => Promise.resolve(undone.push('pods')));
  await expect(list.run()).rejects.toMatchObject({ errors: [new Error('a mount is busy')] });
  expect(undone).toEqual(['pods', 'network']);
});

test('an undone change is not undone again', async () => {
  const undone: string[] = [];
  const list = undoList();
  list.add(() => Promise.resolve(undone.push('network')));
  await list.run();
  await list.run();
  expect(undone).toEqual(['network']);
});
