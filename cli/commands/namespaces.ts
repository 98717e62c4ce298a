import { Command, Option } from 'commander';
import type { ChangeOptions } from '../actions/change-namespace.ts';
import type { NamespacesOptions } from '../actions/namespaces.ts';
import { namespaceName } from '../namespace-name.ts';
import type { Change } from '../namespaces/advice.ts';
import { examples, fromEnvironment } from '../options.ts';
import { seconds } from '../seconds.ts';

export function namespacesCommand(): Command {
  return new Command('namespaces')
    .description('Show and change the Kubernetes namespaces whose policies pgwarden manages')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(changeCommand('create', 'Create a namespace for policies'))
    .addCommand(changeCommand('adopt', 'Manage the policies of an existing namespace'))
    .addCommand(
      changeCommand('delete', 'Delete a namespace, and its policies with it').option(
        '--yes',
        'delete without confirmation',
        false,
      ),
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden namespaces',
        'pgwarden namespaces -o json --operator-namespace pgwarden',
        'pgwarden namespaces create shop',
        'pgwarden namespaces adopt shop --wait 60',
        'pgwarden namespaces delete shop --yes',
      ),
    )
    .addHelpText('after', notes);
}

function listCommand(): Command {
  return withInstallation(new Command('list'))
    .description('Show the mode and the namespaces, as the watcher reports them')
    .addOption(formatOption('-o, --output <format>').default('table'))
    .addOption(formatOption('--format <format>').hideHelp())
    .addHelpText('after', examples('pgwarden namespaces', 'pgwarden namespaces -o json'))
    .action(async ({ format, ...options }: NamespacesOptions & FormatOption) => {
      const { namespaces } = await import('../actions/namespaces.ts');
      process.exitCode = await namespaces({ ...options, output: format ?? options.output });
    });
}

interface FormatOption {
  readonly format?: NamespacesOptions['output'];
}

function formatOption(flags: string): Option {
  return new Option(flags, 'what to print').choices(['table', 'json']);
}

function changeCommand(change: Change, description: string): Command {
  return withInstallation(new Command(change))
    .argument('<name>', 'namespace', namespaceName)
    .description(description)
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for the watcher')
        .argParser(seconds)
        .default(30),
    )
    .addHelpText('after', examples(`pgwarden namespaces ${change} shop`))
    .action(async (name: string, options: Omit<ChangeOptions, 'name'>) => {
      const { changeNamespace } = await import('../actions/change-namespace.ts');
      process.exitCode = await changeNamespace(change, { ...options, name });
    });
}

/** Adds the options that find an installation. */
function withInstallation(command: Command): Command {
  return command
    .addOption(fromEnvironment(operatorNamespace(), 'PGWARDEN_OPERATOR_NAMESPACE'))
    .option('--installation <name>', 'name of the installation, if there are several');
}

function operatorNamespace(): Option {
  return new Option(
    '--operator-namespace <namespace>',
    'namespace of the worker and the watcher; default is the namespace with a report, else pgwarden',
  ).argParser(namespaceName);
}

const notes = `
If the mode of the installation forbids a change, pgwarden says what an administrator can do. create, adopt and
delete use your own rights on namespaces; the watcher does the rest. The watcher creates a namespace in
namespaces.list of the release again after you delete it: remove it from the list first.`;
