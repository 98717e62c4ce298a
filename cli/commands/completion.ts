import { Argument, Command } from 'commander';
import type { Shell } from '../actions/completion.ts';
import { commandTable } from '../command-table.ts';
import { examples } from '../options.ts';
import { writeOut } from '../output.ts';

export function completionCommand(): Command {
  return new Command('completion')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .description('Print a script that completes commands and options in a shell')
    .addHelpText(
      'after',
      examples(
        'source <(pgwarden completion bash)    # in ~/.bashrc',
        'source <(pgwarden completion zsh)     # in ~/.zshrc, after compinit',
        'pgwarden completion fish | source     # in ~/.config/fish/config.fish',
      ),
    )
    .action(async (shell: Shell, _options: object, { parent }: Command) => {
      const { completionScript } = await import('../actions/completion.ts');
      if (parent !== null) writeOut(completionScript(shell, commandTable(parent)));
    });
}
