import { existsSync, readFileSync } from 'node:fs';

/** Version of this package. Compiled code is one folder deeper below its root. */
export const version = readVersion();

function readVersion(): string {
  const [path] = ['../package.json', '../../package.json']
    .map((relative) => new URL(relative, import.meta.url))
    .filter(existsSync);
  const found: unknown = path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8'));
  return isVersioned(found) ? found.version : 'unknown';
}

function isVersioned(found: unknown): found is { readonly version: string } {
  return (
    typeof found === 'object' &&
    found !== null &&
    'version' in found &&
    typeof found.version === 'string'
  );
}
