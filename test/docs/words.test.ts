import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Words and phrases that readers have to puzzle over, and their replacements. */
const banned: Readonly<Record<string, RegExp>> = {
  'report, say or signal': /\b(?:told|tells? of)\b/i,
  again: /\banew\b/i,
  'fix, repair or correct': /\bmend(?:s|ed|ing)?\b/i,
  'if ... is available': /\bbe had\b/i,
  'a sentence with a subject': /\b(?:whoever|who may|is none|as of what|by what|beside that)\b/i,
  someone: /\bsomebody\b/i,
  anyone: /\banybody\b/i,
  must: /\bshall\b/i,
  'release or remove the finalizer': /\blets? (?:it|them|those|its policies) go\b/i,
};

/** Folders that the test checks. */
const done = ['README.md', 'docs/', 'charts/pgwarden/README.md', 'tools/docs/'];

/** Not checked yet: decision records, and pages generated from descriptions in code. */
const toDo = [
  /^docs\/adr\/0/,
  /^docs\/(?:manifest|bounds|metrics|reference\/cli)\.md$/,
  /^tools\/docs\/(?:editor-schemas|man-page)\.ts$/,
];

const files = execFileSync('git', ['ls-files', ...done], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => /\.(?:md|ts)$/.test(file) && existsSync(file))
  .filter((file) => !toDo.some((pattern) => pattern.test(file)));

test('documents use plain words', () => {
  expect(files.length).toBeGreaterThan(30);
  expect(files.flatMap(stumblesIn)).toEqual([]);
});

function stumblesIn(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8')
    .replaceAll(/`[^`\n]*`/g, 'code')
    .split('\n');
  return lines.flatMap((line, index) =>
    Object.entries(banned).flatMap(([better, pattern]) => {
      const [found] = pattern.exec(line) ?? [];
      return found === undefined ? [] : [`${file}:${index + 1} "${found}": write ${better}`];
    }),
  );
}
