import { CommanderError } from 'commander';
import { Refusal } from '../core/refusal.ts';
import { reportFailure } from './failure.ts';
import { newProgram } from './program.ts';

/** Runs the command of this process, and ends the process. */
export async function runCommandLine(version: string): Promise<never> {
  process.stdout.on('error', endForReader);
  try {
    await newProgram(version).parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
  await written(process.stdout);
  await written(process.stderr);
  // A peer or proxy that keeps its end of a closed connection open would otherwise keep the process alive.
  process.exit();
}

/** A reader that closes the pipe early, such as `head`, is not a failure. */
function endForReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Resolves when all earlier output has been handed to the operating system. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

function report(error: unknown): number {
  if (!(error instanceof CommanderError)) return reportFailure(error);
  // Commander has already printed the help or the version that the user requested.
  if (error.exitCode === 0) return 0;
  return reportFailure(usageRefusal(error));
}

function usageRefusal({ code, message }: CommanderError): Refusal {
  const hint = 'Run pgwarden --help, or pgwarden COMMAND --help.';
  if (code === 'commander.help') return new Refusal('Usage', 'no command was given', hint);
  return new Refusal('Usage', message.replace(/^error: /, ''), hint);
}
