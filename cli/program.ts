import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { applyCommand } from './commands/apply.ts';
import { devCommand } from './commands/dev.ts';
import { diffCommand } from './commands/diff.ts';
import { namespacesCommand } from './commands/namespaces.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';

/** The arguments of every command. What a command does is loaded only when it runs. */
export function newProgram(): Command {
  const program = new Command('pgwarden')
    .description('Keeps PostgreSQL access equal to what is declared.')
    .version(version(), '-V, --version')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 drift (diff), 64 wrong usage.');
  for (const command of [
    validateCommand(),
    diffCommand(),
    applyCommand(),
    devCommand(),
    statusCommand(),
    reconcileCommand(),
    namespacesCommand(),
  ]) {
    program.addCommand(command);
  }
  throwOnWrongUsage(program);
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** What is wrong is told by main.ts, in the format of all failures. */
function throwOnWrongUsage(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const each of command.commands) throwOnWrongUsage(each);
}
