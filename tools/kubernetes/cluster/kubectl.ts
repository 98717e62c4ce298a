import { runCommand } from '../../../embedded/command.ts';
import { kubernetesExecutable } from '../executables.ts';

/** Runs `kubectl <args>` and returns its output. Throws an error with the output when it fails. */
export async function kubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  const file = await kubernetesExecutable('kubectl');
  const { code, output } = await runCommand(file, ['--kubeconfig', kubeconfig, ...args]);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed:\n${output}`);
  return output;
}
