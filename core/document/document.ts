import type { Document, YAMLError, Pair } from 'yaml';
import { isMap, isScalar, LineCounter, visit } from 'yaml';
import { tooLarge } from '../limits.ts';
import type { InParts } from '../parts.ts';
import { finished } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import type { Content, Location } from './content.ts';
import { invalid, readContent, refOf } from './content.ts';
import type { Problem } from '../problem.ts';
import { valueExcess } from './value-excess.ts';
import { composeDocuments, treeFault } from './yaml-documents.ts';

export type { ResourceRef } from './content.ts';

/** One YAML document, read as far as it is valid. `where` is its file, and its number if there are several. */
export type ParsedDocument = Content & { readonly where: string };

/**
 * Reads every document of a YAML text. An invalid one becomes `invalid` and does not affect the others. `file` is only
 * for messages. Empty documents are skipped.
 */
export function parseDocuments(text: string, file: string): ParsedDocument[] {
  return finished(parseDocumentsInParts(text, file));
}

export function* parseDocumentsInParts(text: string, file: string): InParts<ParsedDocument[]> {
  const lines = new LineCounter();
  const { documents, excess } = yield* composeDocuments(text, lines);
  const several = documents.length > 1;
  const parsed: ParsedDocument[] = [];
  for (const [index, document] of documents.entries()) {
    if (isEmpty(document) && document.errors.length === 0) continue;
    const where = several ? `${file} document ${String(index + 1)}` : file;
    parsed.push({ ...(yield* parseDocument({ document, where, lines })), where });
  }
  if (excess === undefined) return parsed;
  return [...parsed, { ...invalid(undefined, tooLarge(file, excess)), where: file }];
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

interface Source {
  readonly document: Document;
  readonly where: string;
  readonly lines: LineCounter;
}

function* parseDocument(source: Source): InParts<Content> {
  const { document, where } = source;
  // A warning is about a tag or directive that would be ignored, which would change the meaning of
  // a value.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) return brokenYaml(source, yamlProblem(error), error.pos[0]);
  yield;
  const fault = treeFault(document);
  if (fault?.kind === 'repeated key')
    return brokenYaml(source, 'Map keys must be unique', fault.offset);
  if (fault !== undefined) return namedInvalid(document, tooLarge(where, fault.excess));
  yield;
  keepWrittenNumbers(document);
  yield;
  try {
    // Aliases have been counted, and their values are counted before they are checked.
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    yield;
    const excess = valueExcess(value);
    if (excess !== undefined) return namedInvalid(document, tooLarge(where, excess));
    yield;
    return yield* readContent(placeOf(source), value);
  } catch (thrown) {
    // The library fails on an undefined alias.
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return brokenYaml(source, thrown.message);
  }
}

/** `{{ name }}` without quotes is a map with a map as its key. */
function yamlProblem({ code, message }: YAMLError): string {
  return code === 'NON_STRING_KEY'
    ? 'a name of a field is not text, and {{ }} looks like a template that was not filled in'
    : message;
}

/** The library quotes invalid text after a colon or percent sign, which may be a password. */
function withoutValues(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/(?:: | %).*$/, '');
}

/** `offset` is the position in the text, if known. */
function brokenYaml({ document, where, lines }: Source, reason: string, offset?: number): Content {
  const line = offset === undefined ? '' : ` line ${String(lines.linePos(offset).line)}`;
  const message = `${where}${line}: ${withoutValues(reason)}`;
  return namedInvalid(document, new Refusal('InvalidSpec', message, 'Fix the YAML.'));
}

/** Keeps the name of a broken policy, so that it counts as invalid and not as deleted. */
function namedInvalid(document: Document, refusal: Refusal): Content {
  const isPolicy = isMap(document.contents) && document.get('kind') === 'PostgresPolicy';
  const metadata = {
    name: document.getIn(['metadata', 'name']),
    namespace: document.getIn(['metadata', 'namespace']),
  };
  return invalid(isPolicy ? refOf({ metadata }) : undefined, refusal);
}

function placeOf(source: Source): Location {
  return {
    at: (path) => `${source.where} line ${String(lineOf(source, path))}`,
    hint: 'Fix the file; docs/manifest.md describes all fields.',
  };
}

/** The line of the deepest existing part of a path. */
function lineOf({ document, lines }: Source, path: Problem['path']): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node: unknown =
      depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const start = rangeStart(node);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
}

/** The sections whose values reach PostgreSQL as text. */
const textSections: ReadonlySet<unknown> = new Set(['config', 'database_config']);

/**
 * Turns every number of a section that holds text into the text it was written as: as numbers, `1.10` would become 1.1,
 * `007` would become 7, and `9007199254740993` would lose its last digit.
 */
function keepWrittenNumbers(document: Document): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !textSections.has(key.value) || !isMap(value)) return undefined;
      value.items.forEach(keepWritten);
      return visit.SKIP;
    },
  });
}

function keepWritten({ value }: Pair): void {
  if (!isScalar(value) || value.source === undefined) return;
  if (typeof value.value === 'number' || typeof value.value === 'bigint')
    value.value = value.source;
}
