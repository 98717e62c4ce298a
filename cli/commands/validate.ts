import { Command } from 'commander';
import type { ValidateOptions } from '../actions/validate.ts';
import { examples, withFile } from '../options.ts';

export function validateCommand(): Command {
  return withFile(new Command('validate'))
    .description('Check files without a database')
    .option('--bounds <file>', 'check policies and manifests against these bounds')
    .option(
      '-n, --namespace <namespace>',
      'namespace whose bounds apply; default is the namespace of each policy',
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden validate                     # pgroles.yaml',
        'pgwarden validate -f policies/        # every YAML file in it',
        'pgwarden validate -f policies/ --bounds bounds.yaml -n shop',
        'kubectl get pgr -o yaml | pgwarden validate -f -',
      ),
    )
    .action(async (options: ValidateOptions) => {
      const { validate } = await import('../actions/validate.ts');
      process.exitCode = await validate(options);
    });
}
