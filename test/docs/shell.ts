/**
 * One command of a shell block: the program and its arguments, without variables before it and redirections after it.
 */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The commands of a block, also those in pipes. It supports the syntax that the pages use: quotes, comments, lines
 * continued with a backslash, variables before a command, redirections.
 */
export function shellCommands(block: string): readonly ShellCommand[] {
  const lines = block.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines.flatMap((line) => partsOf(wordsOf(line))).flatMap(commandOf);
}

const word = /\s*((?:"[^"]*"|'[^']*'|[^\s"'|;&#]|(?<=[^\s])#)+|\|\||&&|[|;&]|#.*$)/y;

function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  word.lastIndex = 0;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    const [, text = ''] = match;
    if (text.startsWith('#')) break;
    words.push(text);
  }
  return words;
}

function partsOf(words: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const each of words) {
    if (/^(\|\|?|&&?|;)$/.test(each)) parts.push([]);
    else parts[parts.length - 1]?.push(each);
  }
  return parts;
}

function commandOf(words: readonly string[]): readonly ShellCommand[] {
  const start = words.findIndex((each) => !/^[A-Z_]+=/.test(each));
  if (start < 0) return [];
  const redirection = words.findIndex((each) => each.startsWith('>'));
  const [program = '', ...args] = words.slice(start, redirection < 0 ? undefined : redirection);
  return program === '' ? [] : [{ program, args: args.map(unquoted) }];
}

function unquoted(text: string): string {
  return text.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2');
}
