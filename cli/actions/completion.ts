import type { CommandRow } from '../command-table.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export type Shell = keyof typeof scripts;

/** The completion script of a shell for this program. */
export function completionScript(shell: Shell, program: CommandRow): string {
  return scripts[shell](program);
}
