import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Words and phrases that readers have to puzzle over, and their replacements. */
const banned: Readonly<Record<string, RegExp>> = {
  'report, say or signal': /\b(?:told|tells? of)\b/i,
  again: /\banew\b/i,
  'fix, repair or correct': /\bmend(?:s|ed|ing)?\b/i,
  'if ... is available': /\bbe had\b/i,
  'a sentence with a subject':
    /\b(?:whoever|(?<![a-z],? )who may|(?<!there )is none|as of what|beside that)\b/i,
  someone: /\bsomebody\b/i,
  anyone: /\banybody\b/i,
  must: /\bshall\b/i,
  'release or remove the finalizer': /\blets? (?:it|them|those|its policies) go\b/i,
};

/** Folders and files that the test checks: code, messages, titles of tests and documents. */
const checked = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'ROADMAP.md', 'CODE_OF_CONDUCT.md', 'docs/'],
  ...['activities/', 'bench/', 'charts/', 'cli/', 'core/', 'embedded/', 'examples/', 'namespaces/'],
  ...['postgres/', 'runtime/', 'sources/', 'telemetry/', 'tools/', 'watcher/', 'worker/'],
  ...['workflows/', 'test/'],
];

/** This file has the words itself, and golden histories keep the words of their time. */
const unchecked = /^test\/(?:docs\/words\.test\.ts|histories\/)/;

const files = execFileSync('git', ['ls-files', ...checked], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => /\.(?:md|ts|js|yaml|tpl|txt)$/.test(file) && existsSync(file))
  .filter((file) => !unchecked.test(file));

test('code, messages and documents use plain words', () => {
  expect(files.length).toBeGreaterThan(1000);
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
