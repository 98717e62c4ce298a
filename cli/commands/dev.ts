import { Command } from 'commander';
import type { DevOptions } from '../actions/dev.ts';
import { examples } from '../options.ts';

export function devCommand(): Command {
  return new Command('dev')
    .argument(
      '[dir]',
      'directory of policies and Secrets; without it, pgwarden runs a demo with databases of its own',
    )
    .description('Run Temporal with its UI, a watcher and a worker on this machine')
    .option('--once', 'exit when every policy is applied; exit with 1 when one cannot be', false)
    .option(
      '--database-url <url>',
      'use this database for all policies of DIR, whatever connection they name',
    )
    .option(
      '--state <dir>',
      'directory for history, demo databases and generated Secrets; default is .pgwarden, in DIR if it is given',
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
Ctrl-C stops everything that dev started; a second Ctrl-C does not wait. dev uses the Temporal server at
TEMPORAL_ADDRESS. Without it, dev starts the Temporal CLI that TEMPORAL_CLI names or that is on PATH, and
otherwise downloads one or builds it with Go. dev reports bare manifests, and leaves them to diff and apply.`;
