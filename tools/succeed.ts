import { runCommand } from '../embedded/command.ts';

/** Runs a program and returns its output. Throws an error with the output if it fails. */
export async function succeed(
  file: string,
  args: readonly string[],
  options: Parameters<typeof runCommand>[2],
): Promise<string> {
  const { code, output } = await runCommand(file, args, options);
  if (code !== 0) throw new Error(`${file} failed:\n${output}`);
  return output;
}
