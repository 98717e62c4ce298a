/** One command of a shell block: what is run, without what is set for it and what follows a redirection. */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The commands of a block, one after another and in pipes. Understands what the pages use: quotes, comments, lines
 * that go on after a backslash, variables in front of a command, redirections.
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
