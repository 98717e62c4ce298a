import { Command, Option } from 'commander';
import type { DoctorOptions } from '../actions/doctor.ts';
import { examples } from '../options.ts';
import { seconds } from '../seconds.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check what a worker needs: Temporal, its rights and a connection')
    .addOption(
      new Option('--wait <seconds>', 'how long to retry a failing check')
        .argParser(seconds)
        .default(0),
    )
    .addHelpText(
      'after',
      examples(
        'pgwarden doctor                       # with the environment of a worker',
        'helm test pgwarden -n pgwarden        # the same, in a pod of the release',
      ),
    )
    .addHelpText('after', notes)
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('../actions/doctor.ts');
      process.exitCode = await doctor(options);
    });
}

const notes = `
doctor reads the environment variables of a worker, such as TEMPORAL_ADDRESS and PGWARDEN_SOURCE. It logs in to the
database of one policy, and changes nothing. Exit codes: 0 everything works, 1 a check failed, 64 wrong usage.`;
