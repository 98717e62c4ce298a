import type { Command } from 'commander';
import { Option } from 'commander';
import { namespaceName } from './namespace-name.ts';

/** Adds `-f`. */
export function withFile(command: Command): Command {
  return command.option(
    '-f, --file <file>',
    'a manifest or PostgresPolicy, a directory of them, or - for stdin',
    'pgroles.yaml',
  );
}

/** Adds the options that select the policy, the database and the mode. */
export function withDatabase(command: Command): Command {
  return command
    .option(
      '--database-url <url>',
      'database to connect to; default is DATABASE_URL, which is not visible in the process list',
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'what to change; default is reconciliation_mode of the policy, else authoritative; revoke revokes what the policy grants',
      ).choices(['authoritative', 'additive', 'adopt', 'revoke']),
    )
    .option('--policy <name>', 'name of the policy, if the file has several')
    .addOption(namespaceOption('namespace of the policy, if the file has its name in several'));
}

/** Adds the option that selects the namespace of a policy. */
export function withNamespace(command: Command): Command {
  return command.addOption(namespaceOption('namespace of the policy').default('default'));
}

function namespaceOption(description: string): Option {
  const option = new Option('-n, --namespace <namespace>', description).argParser(namespaceName);
  return fromEnvironment(option, 'PGWARDEN_NAMESPACE');
}

/** Reads the option from an environment variable. An empty variable counts as not set. */
export function fromEnvironment(option: Option, variable: string): Option {
  return process.env[variable] === '' ? option : option.env(variable);
}

export function withState(command: Command): Command {
  return command.option('--state <dir>', 'state directory of a running pgwarden dev', '.pgwarden');
}

/** The examples below the options in the help text. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
