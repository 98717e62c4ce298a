import type { Argument, Command, Option } from 'commander';
import { newProgram } from '../../cli/program.ts';

const introduction = `# Command line

Generated from the commands in \`cli/\` by \`npm run docs\`; do not edit. \`pgwarden help COMMAND\` prints the same. [Exit codes](../errors.md#exit-codes) are the same for all commands.

\`npm run build && npm link\` puts \`pgwarden\` on the \`PATH\`.

\`validate\`, \`diff\` and \`apply\` need no Temporal and no Kubernetes. \`status\` and \`reconcile\` talk to Temporal, \`namespaces\` talks to Kubernetes.
`;

/** The Markdown page about every command and option. */
export function cliReference(): string {
  const { commands } = newProgram('');
  return [introduction, ...commands.map((command) => section('pgwarden', command))].join('\n');
}

function section(parent: string, command: Command): string {
  const path = `${parent} ${command.name()}`;
  const { examples, notes } = extraHelp(command);
  return [
    `## ${path}`,
    '',
    `${command.description()}.${aliasText(command)}`,
    '',
    ...tableOf('argument', command.registeredArguments.map(argumentRow)),
    ...tableOf('option', command.options.filter(({ hidden }) => !hidden).map(optionRow)),
    ...(examples.length === 0 ? [] : ['```sh', ...examples, '```', '']),
    ...(notes === '' ? [] : [notes, '']),
    ...command.commands.map((each) => section(path, each)),
  ].join('\n');
}

function aliasText(command: Command): string {
  const [alias] = command.aliases();
  return alias === undefined ? '' : ` \`${alias}\` is another name for it.`;
}

function tableOf(what: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [`| ${what} | meaning |`, '| --- | --- |', ...rows, ''];
}

function argumentRow(argument: Argument): string {
  return `| \`${argument.name()}\` | ${cell(argument.description)} |`;
}

function optionRow(option: Option): string {
  const details = [
    ...(option.argChoices === undefined ? [] : [option.argChoices.map(code).join(', ')]),
    ...(typeof option.defaultValue === 'boolean' || option.defaultValue === undefined
      ? []
      : [`default ${code(String(option.defaultValue))}`]),
    ...(option.envVar === undefined ? [] : [`environment variable ${code(option.envVar)}`]),
  ];
  const more = details.length === 0 ? '' : ` (${details.join('; ')})`;
  return `| \`${option.flags}\` | ${cell(option.description)}${more} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Text of the help as Markdown. Options and variables become code. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replace(/(?<![\w`])(--[\w-]+|[A-Z]+_[A-Z_]+)/g, '`$1`');
}

/** The end of a command's help: its examples, and the notes after them. */
function extraHelp(command: Command): { readonly examples: readonly string[]; notes: string } {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const [, extra = ''] = text.split(/^Examples:$/m);
  const lines = extra.split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith('  '));
  const examples = lines.slice(0, end).map((line) => line.trim());
  return { examples, notes: cell(lines.slice(end).join('\n').trim()) };
}
