import type { Document } from 'yaml';
import { isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { Refusal } from '../refusal.ts';
import type { Content, Place } from './content.ts';
import { invalid, readContent, refOf } from './content.ts';
import { keepWrittenNumbers } from './written-numbers.ts';
import type { Problem } from './problem.ts';

export type { ResourceRef } from './content.ts';

/** One YAML document, read as far as it is right. `where` is its file, and its number where there are several. */
export type ParsedDocument = Content & { readonly where: string };

/**
 * Reads every document of a YAML text. One that is wrong becomes `invalid` and leaves the others alone.
 * `file` is for messages only. Empty documents are passed over.
 */
export function parseDocuments(text: string, file: string): ParsedDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, stringKeys: true });
  if (!Array.isArray(documents)) return [];
  const several = documents.length > 1;
  return documents.flatMap((document, index) => {
    if (isEmpty(document) && document.errors.length === 0) return [];
    const where = several ? `${file} document ${String(index + 1)}` : file;
    return [{ ...parseDocument({ document, where, lines }), where }];
  });
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

interface Source {
  readonly document: Document;
  readonly where: string;
  readonly lines: LineCounter;
}

function parseDocument(source: Source): Content {
  // A warning is about a tag or directive that would be passed over, and with it a value's meaning.
  const [error] = [...source.document.errors, ...source.document.warnings];
  if (error !== undefined) {
    const line = error.linePos === undefined ? '' : ` line ${String(error.linePos[0].line)}`;
    return brokenYaml(source, `${line}: ${withoutValues(error.message)}`);
  }
  keepWrittenNumbers(source.document);
  try {
    return readContent(placeOf(source), source.document.toJS());
  } catch (thrown) {
    // The library gives up on a document with too many aliases, or one that means nothing.
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return brokenYaml(source, `: ${withoutValues(thrown.message)}`);
  }
}

/** The library quotes the text it stumbles over after a colon or percent sign: that may be a password. */
function withoutValues(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/ at line \d+, column \d+:?$/, '').replace(/(?:: | %).*$/, '');
}

/** What can still be read of a broken policy is its name, so that it is in trouble rather than gone. */
function brokenYaml({ document, where }: Source, reason: string): Content {
  const refusal = new Refusal('InvalidSpec', `${where}${reason}`, 'Mend the YAML.');
  const isPolicy = isMap(document.contents) && document.get('kind') === 'PostgresPolicy';
  const metadata = {
    name: document.getIn(['metadata', 'name']),
    namespace: document.getIn(['metadata', 'namespace']),
  };
  return invalid(isPolicy ? refOf({ metadata }) : undefined, refusal);
}

function placeOf(source: Source): Place {
  return {
    at: (path) => `${source.where} line ${String(lineOf(source, path))}`,
    hint: 'Mend the file; the reference of all fields is in docs/manifest.md.',
  };
}

/** The line of the deepest part of a path that is there. */
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
