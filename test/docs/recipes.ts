import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

/** The pages about Kubernetes, from docs/. */
export const pages = [
  'install.md',
  'namespaces.md',
  ...readdirSync(`${docs}/recipes`).map((name) => `recipes/${name}`),
];

export function pageText(page: string): string {
  return readFileSync(`${docs}/${page}`, 'utf8');
}

/** The blocks of a page in that language. */
export function blocks(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...pageText(page).matchAll(fence)].map(([, text = '']) => text);
}
