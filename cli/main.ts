#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { reportFailure } from './failure.ts';
import { newProgram } from './program.ts';
import { Refusal } from '../core/refusal.ts';

/** A reader that has seen enough, such as `head`, is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await newProgram(version()).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
await written(process.stdout);
await written(process.stderr);
// A peer that keeps its end of a closed connection open, or a proxy that does, would keep the process alive.
process.exit();

/** From package.json, which lies above dist/. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Done when what was written before is handed to the system. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

function report(error: unknown): number {
  if (!(error instanceof CommanderError)) return reportFailure(error);
  // Help and version were asked for and have been printed.
  if (error.exitCode === 0) return 0;
  return reportFailure(usageRefusal(error));
}

function usageRefusal({ code, message }: CommanderError): Refusal {
  const hint = 'Run pgwarden --help, or pgwarden COMMAND --help.';
  if (code === 'commander.help') return new Refusal('Usage', 'no command was given', hint);
  return new Refusal('Usage', message.replace(/^error: /, ''), hint);
}
