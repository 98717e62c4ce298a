import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The README and every page of docs/, by path from docs/, without decision records, which are for developers. */
export const pages = [
  '../README.md',
  ...readdirSync(`${root}/docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/^adr\/0|node_modules|\.vitepress/.test(name))
    .sort(),
];

export function pageText(page: string): string {
  return readFileSync(`${root}/docs/${page}`, 'utf8');
}

export interface Block {
  readonly page: string;
  /** Line of the page at which the block begins. */
  readonly line: number;
  /** The text after the three backquotes, such as `yaml` or `sh norun`. */
  readonly info: string;
  readonly text: string;
}

const fenced = /^( *)```([^\n]*)\n(.*?)^\1```$/gms;

/** The fenced blocks of a page. The indent of a block in a list is removed. */
export function blocksOf(page: string): readonly Block[] {
  const content = pageText(page);
  return [...content.matchAll(fenced)].map(
    ({ index, 1: indent = '', 2: info = '', 3: text = '' }) => ({
      page,
      line: content.slice(0, index).split('\n').length,
      info,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** The blocks of a page in that language, except those marked as not runnable. */
export function blocks(page: string, language: string): readonly string[] {
  return blocksOf(page)
    .filter(({ info }) => info === language)
    .map(({ text }) => text);
}
