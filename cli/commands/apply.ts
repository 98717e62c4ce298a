import { Command, Option } from 'commander';
import type { ApplyOptions } from '../actions/apply.ts';
import { examples, withDatabase, withFile } from '../options.ts';
import { seconds } from '../seconds.ts';

export function applyCommand(): Command {
  return withDatabase(withFile(new Command('apply')))
    .description('Bring a database to its manifest, in one transaction')
    .option('--dry-run', 'print the SQL instead of running it', false)
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for others that write to the database')
        .argParser(seconds)
        .default(60),
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden apply -f policy.yaml --database-url postgresql://admin:secret@db/shop',
        'pgwarden apply -f policy.yaml --dry-run',
        'REPORTS_PASSWORD=... pgwarden apply -f manifest.yaml     # password: { from_env: REPORTS_PASSWORD }',
      ),
    )
    .addHelpText('after', notes)
    .action(async (options: ApplyOptions) => {
      const { apply } = await import('../actions/apply.ts');
      process.exitCode = await apply(options);
    });
}

const notes = `
Passwords come from the environment (from_env, in a manifest) or from the Secrets in the file and the
directory of a PostgresPolicy. A worker or another apply that is writing to the database is waited for.`;
