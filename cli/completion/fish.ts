import { withSubcommands, type CommandRow, type OptionRow } from '../command-table.ts';

/** A completion script for fish: one `complete` for each command, option and argument. */
export function fishCompletion(program: CommandRow): string {
  const name = program.names[0];
  const lines = withSubcommands(program).flatMap((row) => completionsOf(row, program));
  return `# fish completion of ${name}. Load it with: ${name} completion fish | source
complete -c ${name} -f
${lines.map((line) => `complete -c ${name} ${line}`).join('\n')}
`;
}

function completionsOf(row: CommandRow, program: CommandRow): string[] {
  const condition = `-n ${quoted(conditionOf(row, program))}`;
  return [
    ...row.commands.flatMap(({ names, description }) =>
      names.map((name) => `${condition} -a ${name} -d ${quoted(description)}`),
    ),
    ...row.options.map((option) => `${condition} ${optionWords(option)}`),
    ...row.arguments.flatMap(({ value, description }) => {
      if (value.kind === 'choice')
        return `${condition} -a ${quoted(value.choices.join(' '))} -d ${quoted(description)}`;
      return value.kind === 'text' ? [] : `${condition} -F`;
    }),
  ];
}

/** The fish condition that is true in this command, and false in its subcommands. */
function conditionOf(row: CommandRow, program: CommandRow): string {
  const words = row.path.split(' ').slice(1);
  const below = row.commands.flatMap(({ names }) => names);
  const seen = words.map((word, depth) =>
    seenAny(namesAt(program, words.slice(0, depth + 1), word)),
  );
  const notBelow = below.length === 0 ? [] : [`not ${seenAny(below)}`];
  return [...seen, ...notBelow].join('; and ');
}

/** The last word of a path with its aliases. */
function namesAt(program: CommandRow, words: readonly string[], word: string): readonly string[] {
  const path = [program.path, ...words].join(' ');
  return withSubcommands(program).find((row) => row.path === path)?.names ?? [word];
}

function seenAny(names: readonly string[]): string {
  return `__fish_seen_subcommand_from ${names.join(' ')}`;
}

function optionWords({ names, summary, value }: OptionRow): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  return [...flags, ...valueWords(value), `-d ${quoted(summary)}`].join(' ');
}

function valueWords(value: OptionRow['value']): string[] {
  if (value === undefined) return [];
  if (value.kind === 'choice') return [`-x -a ${quoted(value.choices.join(' '))}`];
  return [value.kind === 'text' ? '-x' : '-r -F'];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
