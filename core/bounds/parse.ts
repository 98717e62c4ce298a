import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { Problem } from '../problem.ts';
import { pathText } from '../problem.ts';
import { isMap, problemsOf } from '../document/zod-problem.ts';
import { limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import { matchesAny } from './glob.ts';
import type { Rule } from './rule.ts';
import { ruleSchema } from './rule.ts';

/** The rules for the policies of each namespace, as far as they could be read. */
export type Bounds = readonly (Rule | BrokenRule)[];

/** A rule that cannot be read, so that it is unknown what it forbids. */
interface BrokenRule {
  /** The namespaces it may be about; `*` if unknown. */
  readonly namespaces: readonly string[];
  readonly refusal: Refusal;
}

/** Reads a YAML list of rules. An invalid rule becomes a broken rule; `file` is only for messages. */
export function parseBounds(text: string, file: string): Bounds {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const line = error.linePos === undefined ? '' : ` line ${String(error.linePos[0].line)}`;
    return [broken(everywhere, [`${file}${line}: ${error.message.split('\n')[0] ?? ''}`])];
  }
  const rules = valueOf(document);
  if (!Array.isArray(rules)) {
    return [broken(everywhere, [`${file}: holds no list of rules: write [] for none`])];
  }
  const { most, what } = limits.bounds;
  if (rules.length > most) {
    const text = `${file}: has ${String(rules.length)} ${what}, more than ${String(most)}`;
    return [broken(everywhere, [text])];
  }
  const place = { document, lines, file };
  return rules.map((value: unknown, index) => readRule(value, index, place));
}

const everywhere = ['*'];

/** Undefined if the library fails: on too many aliases, or an undefined one. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** The rules for a namespace. Throws Refusal `BoundsUnreadable` if one of them is broken. */
export function rulesFor(bounds: Bounds, namespace: string): readonly Rule[] {
  const about = bounds.filter(({ namespaces }) => matchesAny(namespaces, namespace));
  return about.map((rule) => {
    if ('refusal' in rule) throw rule.refusal;
    return rule;
  });
}

/** One refusal for all broken rules. */
export function boundsRefusal(bounds: Bounds): Refusal | undefined {
  const details = bounds.flatMap((rule) => ('refusal' in rule ? rule.refusal.details : []));
  return details.length === 0 ? undefined : unreadable(details);
}

interface RuleSource {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly file: string;
}

function readRule(value: unknown, index: number, place: RuleSource): Rule | BrokenRule {
  const checked = ruleSchema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = problemsOf(ruleSchema, value, checked.error.issues);
  const details = problems.map(({ path, message }) => {
    const full = [index, ...path];
    const line = String(lineOf(full, place));
    return `${place.file} line ${line}: bounds${pathText(full)} ${message}`;
  });
  const namespaces = ruleSchema.shape.namespaces.safeParse(isMap(value) ? value['namespaces'] : []);
  return broken(namespaces.success ? namespaces.data : everywhere, details);
}

function broken(namespaces: readonly string[], details: readonly string[]): BrokenRule {
  return { namespaces, refusal: unreadable(details) };
}

/** The refusal of unreadable bounds, also used for a missing file. */
export function unreadable(details: readonly string[]): Refusal {
  const [first = '', ...others] = details;
  const more = others.length > 0 ? ` (and ${String(others.length)} more)` : '';
  const hint =
    'Ask the platform team to fix the bounds, see docs/bounds.md. Until then, the policies of these namespaces wait.';
  return new Refusal('BoundsUnreadable', `${first}${more}`, hint, details);
}

/** The line of the deepest existing part of a path. */
function lineOf(path: Problem['path'], { document, lines }: RuleSource): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
