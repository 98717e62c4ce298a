import { runCommand } from '../../../embedded/command.ts';
import { kubernetesExecutable } from '../executables.ts';

/** Run `kubectl <args>` to its end; what it said. Throws an error with that when it fails. */
export async function kubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  const file = await kubernetesExecutable('kubectl');
  const { code, output } = await runCommand(file, ['--kubeconfig', kubeconfig, ...args]);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed:\n${output}`);
  return output;
}
