import { Command } from 'commander';
import type { DevOptions } from '../actions/dev.ts';
import { examples } from '../options.ts';

export function devCommand(): Command {
  return new Command('dev')
    .argument(
      '[dir]',
      'directory of policies and Secrets; without it, the examples and databases for them',
    )
    .description('Run everything here: Temporal with its UI, watcher and worker')
    .option('--once', 'converge, then exit: with 0 when every policy did', false)
    .option(
      '--database-url <url>',
      'database of all policies of DIR, whatever connection they name',
    )
    .option(
      '--state <dir>',
      'where history, demo databases and generated Secrets are kept; default is .pgwarden, in DIR where one is given',
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden dev                          # the demo: npm start',
        'pgwarden dev policies/                # databases as the policies name them',
        'pgwarden dev policies/ --once',
        'TEMPORAL_ADDRESS=temporal:7233 pgwarden dev policies/',
      ),
    )
    .addHelpText('after', notes)
    .action(async (directory: string | undefined, options: Omit<DevOptions, 'directory'>) => {
      const { dev } = await import('../actions/dev.ts');
      process.exitCode = await dev({ ...options, directory });
    });
}

const notes = `
Ctrl-C stops everything that was started; a second one does not wait. A Temporal server is used from
TEMPORAL_ADDRESS, else started from TEMPORAL_CLI or what is found on PATH, downloaded or built with Go.
Bare manifests belong to no policy, so dev leaves them to diff and apply, and says so.`;
