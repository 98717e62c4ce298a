#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runCommandLine } from './run.ts';

await runCommandLine(version());

/** The version in package.json, which is in the directory above dist/. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
