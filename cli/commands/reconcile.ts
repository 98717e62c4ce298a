import { Command } from 'commander';
import type { ReconcileOptions } from '../actions/reconcile.ts';
import { examples, withNamespace, withState } from '../options.ts';

export function reconcileCommand(): Command {
  return withState(withNamespace(new Command('reconcile')))
    .argument('<name>', 'policy')
    .description('Reconcile a policy now')
    .option('--wait', 'wait for the outcome, and exit with 1 if the reconcile fails', false)
    .addHelpText(
      'after',
      examples('pgwarden reconcile shop', 'pgwarden reconcile shop -n prod --wait'),
    )
    .action(async (name: string, options: Omit<ReconcileOptions, 'name'>) => {
      const { reconcile } = await import('../actions/reconcile.ts');
      process.exitCode = await reconcile({ ...options, name });
    });
}
