import {
  withSubcommands,
  type ArgumentRow,
  type CommandRow,
  type OptionRow,
  type ValueRow,
} from '../command-table.ts';

/** A completion script for zsh: one function for each command, to be sourced or put into a folder of `fpath`. */
export function zshCompletion(program: CommandRow): string {
  const name = program.names[0];
  return `#compdef ${name}
# zsh completion of ${name}. Load it with: source <(${name} completion zsh)
${withSubcommands(program).map(commandFunction).join('\n')}
if [ "\${funcstack[1]}" = "_${name}" ]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function commandFunction(row: CommandRow): string {
  const specs = row.options.map(optionSpec);
  const body = row.commands.length > 0 ? branches(row, specs) : leaf(row, specs);
  return `${functionName(row)}() {\n${body}\n}`;
}

function functionName({ path }: CommandRow): string {
  return `_${path.replaceAll(/[ -]/g, '_')}`;
}

function leaf(row: CommandRow, specs: readonly string[]): string {
  return `  _arguments -s ${[...specs, ...row.arguments.map(argumentSpec)].join(' \\\n    ')}`;
}

function branches({ commands }: CommandRow, specs: readonly string[]): string {
  const described = commands.flatMap(({ names, description }) =>
    names.map((name) => quoted(`${name}:${description}`)),
  );
  const cases = commands.map((each) => `        ${each.names.join('|')}) ${functionName(each)} ;;`);
  return `  local context state state_descr line
  typeset -A opt_args
  local -a commands=(${described.join(' ')})
  _arguments -C -s ${specs.join(' \\\n    ')} \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${cases.join('\n')}
      esac ;;
  esac`;
}

function optionSpec({ names, summary, value }: OptionRow): string {
  const tail = quoted(`[${escaped(summary)}]${value === undefined ? '' : valueSpec(value)}`);
  const [only = ''] = names;
  if (names.length === 1) return `${only}${tail}`;
  return `${quoted(`(${names.join(' ')})`)}{${names.join(',')}}${tail}`;
}

function argumentSpec({ name, value }: ArgumentRow): string {
  return quoted(`:${name}:${action(value)}`);
}

function valueSpec(value: ValueRow): string {
  return `:value:${action(value)}`;
}

function action({ kind, choices }: ValueRow): string {
  switch (kind) {
    case 'choice':
      return `(${choices.join(' ')})`;
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    case 'text':
      return ' ';
  }
}

/** In a description, brackets and colons would end it. */
function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
