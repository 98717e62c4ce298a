import { characterProblem } from '../control-characters.ts';
import type { InParts } from '../parts.ts';
import type { Problem } from '../problem.ts';

type Path = Problem['path'];

/** Number of values to check without a pause: about a millisecond. */
const valuesPerPart = 1_000;

/**
 * Finds every text in a part of a document, including keys, with a character that no field may contain, or with a
 * placeholder, and every key that would be lost. `root` is the path of the part. It does not recurse, because the shape
 * of the document is not checked yet.
 */
export function* characterProblems(part: unknown, root: Path): InParts<Problem[]> {
  const problems: Problem[] = [];
  const waiting: { readonly value: unknown; readonly path: Path }[] = [{ value: part, path: root }];
  const seen = new Set<unknown>();
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    looked += 1;
    if (looked % valuesPerPart === 0) yield;
    const message = textProblem(value, path) ?? keyProblem(path);
    if (message !== undefined) problems.push({ path, message });
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const child of childrenOf(value, path).reverse()) waiting.push(child);
  }
  return problems;
}

function childrenOf(value: object, path: Path): { value: unknown; path: Path }[] {
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item])
    : Object.entries(value);
  return entries.map(([step, child]) => ({ value: child, path: [...path, step] }));
}

function textProblem(value: unknown, path: Path): string | undefined {
  if (typeof value !== 'string') return undefined;
  return characterProblem(value, purposeOf(path)) ?? templateProblem(value, path);
}

function keyProblem(path: Path): string | undefined {
  const key = path.at(-1);
  if (typeof key !== 'string') return undefined;
  // JavaScript gives this name a meaning of its own, so a map that is copied loses it.
  if (key === '__proto__') return 'is not allowed as a key';
  const isName = path.at(-2) === 'profiles';
  const problem =
    characterProblem(key, 'name') ?? (isName ? templateProblem(key, path) : undefined);
  return problem === undefined ? undefined : `has a name that ${problem}`;
}

/** A comment may have several lines, and a password may contain any character. */
function purposeOf(path: Path): 'name' | 'lines' | 'password' {
  if (path.at(-1) === 'comment') return 'lines';
  return path.slice(-3).join('.') === 'connection.params.password' ? 'password' : 'name';
}

/**
 * Placeholders of template tools: envsubst and Flux, Helm and Jinja, Kubernetes, ERB. PostgreSQL accepts any of them as
 * a name, so a forgotten template step would create roles with these names.
 */
const placeholder =
  /\$\{[^{}]*\}|\{\{.*?\}\}|<%.*?%>|\$\([A-Za-z_][A-Za-z0-9_]*\)|^\$[A-Z][A-Z0-9_]*$/;

/** Values that may be any text, and retired roles, because a role with such a name may exist by mistake. */
const anyText = new Set<string | number>(['config', 'database_config', 'comment', 'retirements']);

/** The problem of a text, phrased to follow its path. Undefined if there is none. */
function templateProblem(text: string, path: Problem['path']): string | undefined {
  if (path.some((step) => anyText.has(step))) return undefined;
  if (path.slice(-3).join('.') === 'connection.params.password') return undefined;
  const [found] = placeholder.exec(text) ?? [];
  if (found === undefined) return undefined;
  return `contains ${found}, which looks like a template that was not filled in: run the tool that fills it in first`;
}
