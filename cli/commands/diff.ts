import { Command, Option } from 'commander';
import type { DiffOptions } from '../actions/diff.ts';
import { examples, withDatabase, withFile } from '../options.ts';

export function diffCommand(): Command {
  return withDatabase(withFile(new Command('diff').alias('plan')))
    .description('Show what apply would change, and change nothing')
    .addOption(
      new Option('--format <format>', 'what to print')
        .choices(['sql', 'summary', 'json'])
        .default('sql'),
    )
    .option('--exit-code', 'exit with 2 when there is drift', true)
    .option('--no-exit-code', 'exit with 0 also when there is drift')
    .addHelpText(
      'after',
      examples(
        'pgwarden diff -f policy.yaml                 # DATABASE_URL, else the connection of the policy',
        'pgwarden diff -f policy.yaml --format summary --mode additive',
        'pgwarden diff -f policy.yaml --mode revoke   # what pgwarden would revoke',
        'pgwarden plan -f policy.yaml > plan.sql; psql -v ON_ERROR_STOP=1 -f plan.sql shop',
      ),
    )
    .addHelpText('after', exitCodes)
    .action(async (options: DiffOptions) => {
      const { diff } = await import('../actions/diff.ts');
      process.exitCode = await diff(options);
    });
}

const exitCodes = `
Exit codes: 0 in sync, 2 drift, 1 failure, 64 wrong usage. diff compares a password with the stored one if the
connected role has SELECT on pg_authid and the password is known here. Otherwise apply sets it again, which is
no drift. docs/plan.schema.json describes the JSON. Without --database-url and DATABASE_URL, diff uses the
connection of the PostgresPolicy, with the Secrets of its file and directory.`;
