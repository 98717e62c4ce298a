import { Command, Option } from 'commander';
import type { ApplyOptions } from '../actions/apply.ts';
import { examples, withDatabase, withFile } from '../options.ts';
import { seconds } from '../seconds.ts';

export function applyCommand(): Command {
  return withDatabase(withFile(new Command('apply')))
    .description('Change a database to match its policy, in one transaction')
    .option('--dry-run', 'print the SQL instead of running it', false)
    .addOption(
      new Option('--wait <seconds>', 'how long to wait while others write to the database')
        .argParser(seconds)
        .default(60),
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden apply -f policy.yaml                # DATABASE_URL, else the connection of the policy',
        'pgwarden apply -f policy.yaml --dry-run      # the SQL, without running it',
        'pgwarden apply -f manifest.yaml              # reads $REPORTS_PASSWORD for from_env: REPORTS_PASSWORD',
      ),
    )
    .addHelpText('after', notes)
    .action(async (options: ApplyOptions) => {
      const { apply } = await import('../actions/apply.ts');
      process.exitCode = await apply(options);
    });
}

const notes = `
Set DATABASE_URL and passwords in the environment: other users of this machine can read the command line.
Passwords come from the environment (from_env, in a manifest) or from the Secrets in the file and the
directory of a PostgresPolicy. apply waits for a worker or another apply that is writing to the database.`;
