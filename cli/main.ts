#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { keepCompiledCode } from './compile-cache.ts';

keepCompiledCode(process.env);
// Imported after that, because only later modules come from the cache.
const { runCommandLine } = await import('./run.ts');
await runCommandLine(version());

/** The version in package.json, which is in the directory above dist/. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
