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
  ...['*.md', 'Dockerfile', '.ci/', '.devcontainer/', '.github/', 'docs/'],
  ...['activities/', 'bench/', 'charts/', 'cli/', 'core/', 'embedded/', 'examples/', 'namespaces/'],
  ...['postgres/', 'runtime/', 'sources/', 'telemetry/', 'tools/', 'watcher/', 'worker/'],
  ...['workflows/', 'test/'],
];

/** This file has the words itself, and golden histories keep the words of their time. */
const unchecked = /^test\/(?:docs\/words\.test\.ts|histories\/)/;

const files = execFileSync('git', ['ls-files', ...checked], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter(
    (file) => /\.(?:md|ts|js|ya?ml|tpl|txt)$|^(?:Dockerfile|\.ci\/)/.test(file) && existsSync(file),
  )
  .filter((file) => !unchecked.test(file));

test('code, messages and documents use plain words', () => {
  expect(files.length).toBeGreaterThan(1000);
  expect(files.flatMap(stumblesIn)).toEqual([]);
});

test('no sentence of the documentation has more than 25 words', () => {
  const pages = files.filter((file) => file.endsWith('.md') && !file.startsWith('test/'));
  expect(pages.length).toBeGreaterThan(50);
  expect(pages.flatMap((file) => longSentencesIn(readFileSync(file, 'utf8'), file))).toEqual([]);
});

/** Sentences of paragraphs, list items and cells of tables. Blocks of code count as nothing, code in a line as no word. */
function longSentencesIn(page: string, file: string): readonly string[] {
  const prose = page
    .replaceAll(/^( *)(```|~~~)[^]*?^\1\2/gm, '')
    .replaceAll(/`[^`]*`/g, 'X')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\n(?=\s*(?:[-#|]|\d+\.) ?)/g, '\n\n');
  return prose
    .split(/\n\s*\n| \| |(?<=[.!?:;])\**\s+/)
    .filter(
      (sentence) =>
        sentence.split(/\s+/).filter((word) => /[a-z]/i.test(word) && !/^\W*X\W*$/.test(word))
          .length > 25,
    )
    .map((sentence) => `${file}: ${sentence}`);
}

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
