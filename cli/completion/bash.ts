import { withSubcommands, type CommandRow, type ValueRow } from '../command-table.ts';

/**
 * A completion script for bash with every command, option and choice. It runs on bash 3.2, the version of macOS.
 *
 * The script finds the command in the words before the cursor. The previous word shows whether an option needs a value.
 */
export function bashCompletion(program: CommandRow): string {
  const rows = withSubcommands(program);
  const name = program.names[0];
  return `# bash completion of ${name}. Load it with: source <(${name} completion bash)
_${name}() {
  local IFS=$' \\t\\n' word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='${program.path}' skip='' i
  if [ "$word" = '=' ]; then word=''; fi
  if [ "$before" = '=' ]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [ -n "$skip" ]; then skip=''; continue; fi
    case "$command \${COMP_WORDS[i]}" in
${rows.flatMap(subcommands).join('\n')}
${rows.flatMap(skips).join('\n')}
    esac
  done
  COMPREPLY=()
  case "$command $before" in
${rows.flatMap(values).join('\n')}
  esac
  case "$command" in
${rows.map(words).join('\n')}
  esac
}
_${name}_paths() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$2"))
}
complete -F _${name} ${name}
`;
}

function subcommands({ path, commands }: CommandRow): string[] {
  return commands.map((each) => {
    const patterns = each.names.map((name) => `'${path} ${name}'`).join(' | ');
    return `      ${patterns}) command='${each.path}' ;;`;
  });
}

/** The script skips the value of an option, because a value can have the name of a command. */
function skips(row: CommandRow): string[] {
  const patterns = valued(row).flatMap(({ names }) => names.map((name) => `'${row.path} ${name}'`));
  return patterns.length === 0 ? [] : [`      ${patterns.join(' | ')}) skip=yes ;;`];
}

function values(row: CommandRow): string[] {
  return valued(row).map(({ names, value }) => {
    const patterns = names.map((name) => `'${row.path} ${name}'`).join(' | ');
    return `    ${patterns}) ${answer(value)}return ;;`;
  });
}

function valued({ options }: CommandRow) {
  return options.flatMap(({ names, value }) => (value === undefined ? [] : [{ names, value }]));
}

function answer({ kind, choices }: ValueRow): string {
  if (kind === 'choice') return `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word")); `;
  if (kind === 'text') return '';
  return `_pgwarden_paths ${kind === 'file' ? '-f' : '-d'} "$word"; `;
}

function words({ path, commands, options, arguments: args }: CommandRow): string {
  const choices = args.flatMap(({ value }) => value.choices);
  const all = [
    ...commands.flatMap(({ names }) => names),
    ...choices,
    ...options.flatMap(({ names }) => names),
  ];
  const complete = `COMPREPLY=($(compgen -W '${all.join(' ')}' -- "$word"))`;
  const takesPath = args.some(({ value }) => value.kind === 'directory');
  if (!takesPath) return `    '${path}') ${complete} ;;`;
  return `    '${path}') case "$word" in -*) ${complete} ;; *) _pgwarden_paths -d "$word" ;; esac ;;`;
}
