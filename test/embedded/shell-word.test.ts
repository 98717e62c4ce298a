import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { shellWord } from '../../embedded/shell-word.ts';

test.each(['plain/path-1.2', 'two words', "it's", '$(id)', '', '`a` "b" \\ *'])(
  'a shell reads %j as it was written',
  (text) => {
    const script = `printf %s ${shellWord(text)}`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(text);
  },
);

test('a word that needs no quotes gets none', () => {
  expect(shellWord('.pgwarden/demo/pgpass')).toBe('.pgwarden/demo/pgpass');
});
