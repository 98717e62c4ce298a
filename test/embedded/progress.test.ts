import { expect, test } from '@jest/globals';
import { step } from '../../embedded/progress.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

const noTimes = (text: string) => text.replace(/\d+\.\d s/g, 'N s');

test('without a terminal a step is one line at its start and one at its end', async () => {
  const output = recorder(false);
  expect(await step('Counting', () => Promise.resolve(3), { output, env: {} })).toBe(3);
  expect(output.written.map(noTimes)).toEqual(['Counting ...\n', 'Counting: done in N s\n']);
});

test('a failed step is reported and passes the error on', async () => {
  const output = recorder(false);
  const broken = () => Promise.reject(new Error('no'));
  await expect(step('Counting', broken, { output, env: {} })).rejects.toThrow('no');
  expect(output.written.map(noTimes).at(-1)).toBe('Counting: failed after N s\n');
});

test('a terminal shows one line that is rewritten, unless CI=true', async () => {
  const terminal = recorder(true);
  await step('Counting', () => Promise.resolve(), { output: terminal, env: {} });
  expect(noTimes(terminal.written.join(''))).toBe(
    '\r\u001b[KCounting ...\r\u001b[KCounting: done in N s\n',
  );
  const ci = recorder(true);
  await step('Counting', () => Promise.resolve(), { output: ci, env: { CI: 'true' } });
  expect(ci.written.map(noTimes)).toEqual(['Counting ...\n', 'Counting: done in N s\n']);
});
