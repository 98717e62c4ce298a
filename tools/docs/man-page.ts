import { commandTable, withSubcommands, type CommandRow } from '../../cli/command-table.ts';
import { newProgram } from '../../cli/program.ts';

const environment = [
  ['DATABASE_URL', 'Database of diff and apply. It replaces the connection of the policy.'],
  ['TEMPORAL_ADDRESS', 'Temporal server of dev, status and reconcile, as host:port.'],
  ['TEMPORAL_NAMESPACE', 'Temporal namespace; default is default.'],
  ['TEMPORAL_CLI', 'Path of the Temporal CLI that dev starts.'],
  ['PGWARDEN_NAMESPACE', 'Default of --namespace.'],
  ['PGWARDEN_OPERATOR_NAMESPACE', 'Default of --operator-namespace.'],
  ['NO_COLOR', 'Set it to any value to disable colors.'],
] as const;

const exitCodes = [
  ['0', 'The command is done. With diff, the database is in sync.'],
  [
    '1',
    'The command failed. The last line on stderr has the code of the error; docs/errors.md explains it.',
  ],
  ['2', 'diff found drift.'],
  ['64', 'The arguments are wrong.'],
  ['130', 'Ctrl-C stopped dev before it was ready.'],
] as const;

/** The manual page of the command line for `man`. Commands and options are those of `--help`. */
export function manPage(version: string): string {
  const program = commandTable(newProgram(version));
  const rows = withSubcommands(program).filter(({ names }) => !names.includes('help'));
  const commands = rows.filter((row) => row !== program && row.commands.length === 0);
  return [
    '.\\" Made from cli/commands by `npm run man`; do not edit.',
    `.TH PGWARDEN 1 "" "pgwarden ${version}" "User Commands"`,
    '.SH NAME',
    `pgwarden \\- ${roff(lowerFirst(program.description))}`,
    '.SH SYNOPSIS',
    ...commands.flatMap(synopsis),
    '.SH DESCRIPTION',
    roff(
      'A policy is a YAML file that declares roles, grants, memberships and passwords of a PostgreSQL database. validate checks it, diff shows the SQL that is missing, and apply runs it. dev, status and reconcile work with Temporal; namespaces works with Kubernetes.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(section),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => tagged(`\\fB${roff(name)}\\fR`, meaning)),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => tagged(code, meaning)),
    '',
  ].join('\n');
}

/** The line that `apropos` searches is not a sentence. */
function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`;
}

function synopsis({ path, usage }: CommandRow): string[] {
  return [`\\fB${roff(path)}\\fR ${roff(usage)}`, '.br'];
}

function section(row: CommandRow): string[] {
  const { path, usage, description, options, arguments: args, after } = row;
  const aliases = row.names.slice(1);
  return [
    `.SS ${roff(path)} ${roff(usage)}`,
    roff(`${description}.${aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`}`),
    ...args.flatMap(({ name, description: meaning }) => tagged(`\\fI${roff(name)}\\fR`, meaning)),
    ...options.flatMap(({ flags, description: meaning }) =>
      tagged(`\\fB${roff(flags)}\\fR`, meaning),
    ),
    ...after.split('\n\n').flatMap(paragraph),
  ];
}

function tagged(tag: string, text: string): string[] {
  return ['.TP', tag, roff(text)];
}

/** Examples stay unchanged, one line each. */
function paragraph(text: string): string[] {
  const [first = '', ...lines] = text.split('\n');
  if (first === '') return [];
  if (first !== 'Examples:') return ['.PP', roff(text.replaceAll('\n', ' '))];
  return [
    '.PP',
    'Examples:',
    '.PP',
    '.nf',
    '.RS',
    ...lines.map((line) => roff(line.trim())),
    '.RE',
    '.fi',
  ];
}

/** Text in roff. No line can be read as a request, and hyphens can be copied. Source: groff manual, 5.1.9. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}
