/** Places where a name, text, number or privilege can change without a difference to the parser of a script. */
const plain = /^[\w .:/$-]*$/;

/** The kinds of statement in a plan. Two statements of one kind differ only in plain names and in privileges. */
function kindsOf(plan: string): Set<string> {
  return new Set(plan.split(/;\n/).map(kindOf));
}

/** A few plans that together have every kind of statement of all plans. */
export function coveringKinds<T>(all: readonly T[], planOf: (each: T) => string): T[] {
  const seen = new Set<string>();
  const byKinds = all
    .map((each) => ({ each, kinds: kindsOf(planOf(each)) }))
    .sort((left, right) => right.kinds.size - left.kinds.size);
  return byKinds
    .filter(({ kinds }) => {
      const isNew = [...kinds].some((kind) => !seen.has(kind));
      for (const kind of kinds) seen.add(kind);
      return isNew;
    })
    .map(({ each }) => each);
}

function kindOf(statement: string): string {
  return statement
    .replaceAll(/"((?:[^"]|"")*)"/g, (_, name: string) => `"${marksIn(name)}"`)
    .replaceAll(/'((?:[^']|'')*)'/g, (_, text: string) => `'${marksIn(text)}'`)
    .replaceAll(/\b[a-z_][a-z_\d.]*|\b\d+\b/g, 'n')
    .replaceAll(privilege, 'P')
    .replaceAll(/(\b[nP]|""|'')(, \1(?![\w"'(]))+/g, '$1');
}

const privilege =
  /\b(SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|USAGE|CREATE|CONNECT|TEMPORARY|EXECUTE|MAINTAIN)\b(?=(, [A-Z ]+)* (\(|ON ))/g;

/** Quoted text, reduced to its characters that are not plain. */
function marksIn(quoted: string): string {
  return [...new Set(quoted)]
    .filter((mark) => !plain.test(mark))
    .sort()
    .join('');
}
