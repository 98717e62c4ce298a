import { Command } from 'commander';
import { applyCommand } from './commands/apply.ts';
import { completionCommand } from './commands/completion.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { diffCommand } from './commands/diff.ts';
import { namespacesCommand } from './commands/namespaces.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';

/** Declares the arguments of every command. The code of a command is loaded only when it runs. */
export function newProgram(version: string): Command {
  const program = new Command('pgwarden')
    .description(
      'Reconciles PostgreSQL roles, grants and memberships with the policies you declare.',
    )
    .version(version, '-V, --version')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 drift (diff), 64 wrong usage.');
  for (const command of [
    validateCommand(),
    diffCommand(),
    applyCommand(),
    devCommand(),
    statusCommand(),
    reconcileCommand(),
    namespacesCommand(),
    doctorCommand(),
    completionCommand(),
  ]) {
    program.addCommand(command);
  }
  throwOnWrongUsage(program);
  return program;
}

/** Throws usage errors, so that main.ts reports them in the format of all errors. */
function throwOnWrongUsage(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const each of command.commands) throwOnWrongUsage(each);
}
