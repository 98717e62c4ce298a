import type { Argument, Command, Option } from 'commander';

/** A command as `--help` shows it. Completion scripts and the man page are generated from it. */
export interface CommandRow {
  /** The full command, e.g. `pgwarden namespaces create`. */
  readonly path: string;
  /** Its own name, then its aliases. */
  readonly names: readonly [string, ...string[]];
  /** The arguments after the path, e.g. `[options] <name>`. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionRow[];
  readonly arguments: readonly ArgumentRow[];
  readonly commands: readonly CommandRow[];
  /** The text below the options: examples and notes. */
  readonly after: string;
}

export interface OptionRow {
  /** E.g. `-f, --file <file>`. */
  readonly flags: string;
  /** E.g. `-f` and `--file`. */
  readonly names: readonly string[];
  /** The description without choices, default and environment variable. */
  readonly summary: string;
  readonly description: string;
  /** Undefined for an option without a value. */
  readonly value: ValueRow | undefined;
}

export interface ArgumentRow {
  readonly name: string;
  readonly description: string;
  readonly value: ValueRow;
}

/** How a shell can complete a value. */
export interface ValueRow {
  readonly kind: 'file' | 'directory' | 'choice' | 'text';
  readonly choices: readonly string[];
}

export function commandTable(command: Command, parent = ''): CommandRow {
  const help = command.createHelp();
  const path = `${parent} ${command.name()}`.trim();
  return {
    path,
    names: [command.name(), ...command.aliases()],
    usage: command.usage(),
    description: command.description(),
    options: help.visibleOptions(command).map((option) => ({
      flags: option.flags,
      names: [option.short, option.long].filter((name) => name !== undefined),
      summary: option.description,
      description: help.optionDescription(option),
      value: option.required || option.optional ? valueOf(option) : undefined,
    })),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: help.argumentDescription(argument),
      value: valueOf(argument),
    })),
    commands: help.visibleCommands(command).map((each) => commandTable(each, path)),
    after: textAfterHelp(command),
  };
}

/** This command and all its subcommands. */
export function withSubcommands(row: CommandRow): readonly CommandRow[] {
  return [row, ...row.commands.flatMap(withSubcommands)];
}

/** Derives the type of a value from its name, such as `<file>` or `[dir]`. */
function valueOf(source: Option | Argument): ValueRow {
  const choices = source.argChoices ?? [];
  const name = 'flags' in source ? source.flags : `<${source.name()}>`;
  if (choices.length > 0) return { kind: 'choice', choices };
  if (/[<[]file[\]>]/.test(name)) return { kind: 'file', choices };
  return { kind: /[<[]dir[\]>]/.test(name) ? 'directory' : 'text', choices };
}

/** Commander has no list of these texts. They are what it writes after the help itself. */
function textAfterHelp(command: Command): string {
  const written: string[] = [];
  const output = command.configureOutput();
  command.configureOutput({ writeOut: (text) => written.push(text) });
  command.outputHelp();
  command.configureOutput(output);
  return written.slice(1).join('').trim();
}
