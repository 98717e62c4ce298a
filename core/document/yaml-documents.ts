import type { CST, Document, LineCounter, YAMLMap } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { Excess } from '../limits.ts';
import { excessIn, limits } from '../limits.ts';
import type { InParts } from '../parts.ts';

/** The documents of a text, and why reading stopped early, if it did. */
export interface YamlText {
  readonly documents: readonly Document[];
  readonly excess: Excess | undefined;
}

/**
 * Each open collection puts at most two tokens on the parser's stack. Deeper nesting would overflow the stack of the
 * recursive composer: V8 ends the process if that happens in a regular expression.
 */
const deepestStack = 2 * limits.depth.most;

/**
 * Composes the documents of a text one after another, within the limits of a file. Errors contain no excerpt of the
 * text, and repeated keys are checked later, because the library takes quadratic time for both. Only the first few
 * errors and warnings of a document are kept: a text of a few megabytes can have a million of them.
 */
export function* composeDocuments(text: string, lines: LineCounter): InParts<YamlText> {
  if (isTooLong(text)) return { documents: [], excess: { limit: 'fileBytes' } };
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, stringKeys: true });
  const compose = composing(composer);
  const documents: Document[] = [];
  let errors = 0;
  lines.addNewLine(0);
  for (const token of boundedTokens(text, parser)) {
    if (token === undefined) yield;
    else documents.push(...compose(token));
    if (token?.type === 'error') errors += 1;
    if (documents.length > limits.documents.most) break;
  }
  for (const document of composer.end()) documents.push(document);
  const excess = excessIn({ documents: documents.length, yamlErrors: errors });
  if (excess !== undefined)
    return {
      documents: documents.slice(0, limits.documents.most),
      excess: { limit: excess.limit }, // counting stopped there
    };
  const isDeep = parser.stack.length > deepestStack;
  return { documents, excess: isDeep ? { limit: 'depth' } : undefined };
}

const keptErrors = 10;

/**
 * Composes tokens, and drops all but the first errors of each document. The library has no option for it, so this
 * replaces a function that its types call private.
 */
function composing(composer: Composer): (token: CST.Token) => Document[] {
  const report: unknown = Reflect.get(composer, 'onError');
  if (typeof report !== 'function') throw new TypeError('the composer reports errors otherwise');
  let count = 0;
  Reflect.set(composer, 'onError', (...error: unknown[]) => {
    if (count < keptErrors) Reflect.apply(report, composer, error);
    count += 1;
  });
  return (token) => {
    const documents = [...composer.next(token)];
    if (token.type === 'document') count = 0;
    return documents;
  };
}

function isTooLong(text: string): boolean {
  const { most } = limits.fileBytes;
  return text.length > most || Buffer.byteLength(text) > most;
}

/** Number of lexemes to read without a pause: about a millisecond. */
const lexemesPerPart = 1_000;

/**
 * Undefined for a pause. Ends where a document is too deep: that one has no token then. Where there are too many errors,
 * the document ends there, so that its name can still be read.
 */
function* boundedTokens(text: string, parser: Parser): Generator<CST.Token | undefined> {
  let count = 0;
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors += 1;
      yield token;
    }
    if (parser.stack.length > deepestStack) return;
    if (errors > limits.yamlErrors.most) break;
    count += 1;
    if (count % lexemesPerPart === 0) yield undefined;
  }
  yield* parser.end();
}

/** A fault in a document's tree although each part of it can be read. */
export type TreeFault =
  | { readonly kind: 'excess'; readonly excess: Excess }
  /** A repeated key of a map, by its offset in the text. */
  | { readonly kind: 'repeated key'; readonly offset: number };

/** Visits each node once. */
export function treeFault({ contents }: Document): TreeFault | undefined {
  const open: unknown[] = [contents];
  let aliases = 0;
  let repeated = Infinity;
  while (open.length > 0) {
    const node = open.pop();
    if (isAlias(node) || isAnchored(node)) aliases += 1;
    if (isSeq(node)) for (const item of node.items) open.push(item);
    if (!isMap(node)) continue;
    repeated = Math.min(repeated, repeatedKey(node));
    for (const { key, value } of node.items) open.push(key, value);
  }
  if (aliases > limits.aliases.most)
    return { kind: 'excess', excess: { limit: 'aliases', count: aliases } };
  return repeated === Infinity ? undefined : { kind: 'repeated key', offset: repeated };
}

/** Offset of the first repeated key; Infinity if there is none. */
function repeatedKey({ items }: YAMLMap): number {
  const keys = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (keys.has(key.value)) return key.range?.[0] ?? 0;
    keys.add(key.value);
  }
  return Infinity;
}

function isAnchored(node: unknown): boolean {
  return (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
}
