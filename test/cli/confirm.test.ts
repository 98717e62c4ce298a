import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { confirmDeletion } from '../../cli/namespaces/confirm.ts';

/** A terminal at which a user types the text. */
function terminal(typed: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(typed);
  return { input, output: new PassThrough() };
}

test('a namespace is deleted when its name is typed', async () => {
  const { input, output } = terminal('shop\n');
  await confirmDeletion('shop', { input, output });
  expect(String(output.read())).toContain('Type shop to delete it: ');
});

test.each(['y\n', '\n', 'shop2\n'])(
  'a namespace is not deleted when %j is typed',
  async (typed) => {
    await expect(confirmDeletion('shop', terminal(typed))).rejects.toMatchObject({
      code: 'NamespaceRefused',
    });
  },
);

test('a namespace is not deleted when nothing is typed', async () => {
  await expect(confirmDeletion('shop', terminal(''))).rejects.toMatchObject({
    code: 'NamespaceRefused',
  });
});

test('without a terminal, the deletion needs --yes', async () => {
  const input = new PassThrough();
  await expect(confirmDeletion('shop', { input, output: new PassThrough() })).rejects.toMatchObject(
    { code: 'Usage' },
  );
});
