import { Command, Option } from 'commander';
import type { StatusOptions } from '../actions/status.ts';
import { examples, withNamespace, withState } from '../options.ts';

export function statusCommand(): Command {
  return withState(withNamespace(new Command('status')))
    .argument('[name]', 'policy; without it, all policies of the namespace')
    .description('Show the state of policies, as their workflows report it')
    .option('-A, --all-namespaces', 'policies of all namespaces', false)
    .addOption(
      new Option('-o, --output <format>', 'what to print')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden status',
        'pgwarden status -A                    # of all namespaces',
        'pgwarden status shop -n prod          # or PGWARDEN_NAMESPACE=prod',
        'pgwarden status -o json',
      ),
    )
    .action(async (name: string | undefined, options: Omit<StatusOptions, 'name'>) => {
      const { status } = await import('../actions/status.ts');
      process.exitCode = await status({ ...options, name });
    });
}
