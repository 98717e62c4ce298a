import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ParsedDocument } from '../core/document/document.ts';
import { parseDocumentsInParts } from '../core/document/document.ts';
import { inTurns } from '../core/in-turns.ts';
import { Refusal } from '../core/refusal.ts';
import { NotUtf8, readingHint, readUtf8File, utf8Text } from '../sources/utf8-text.ts';

/** A document, with the name of its file for messages. */
export type FileDocument = ParsedDocument & { readonly file: string };

export type SecretDocument = Extract<FileDocument, { readonly kind: 'secret' }>;

/** Every document of a file, of all YAML files below a directory, or of stdin for `-`. */
export async function loadDocuments(path: string): Promise<FileDocument[]> {
  if (path === '-') return documentsIn(shownName(path), await readStdin());
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const files = found.isDirectory() ? await yamlFilesBelow(path) : [path];
  const documents = await Promise.all(files.map(loadFile));
  return documents.flat();
}

/** The name of the path in messages. */
export function shownName(path: string): string {
  return path === '-' ? 'stdin' : path;
}

/** The Secrets in the directory of the file. Problems in the other files are ignored. */
export async function secretsBeside(path: string): Promise<SecretDocument[]> {
  if (path === '-') return [];
  const documents: readonly FileDocument[] = await loadDocuments(dirname(path)).catch(() => []);
  return documents.filter((document) => document.kind === 'secret');
}

/** All problems of the documents as one refusal with the code of the first; undefined if there are none. */
export function refusalOf(documents: readonly FileDocument[]): Refusal | undefined {
  const refusals = documents.flatMap((document) =>
    document.kind === 'invalid' ? [document.refusal] : [],
  );
  const [first, ...others] = refusals;
  if (first === undefined || others.length === 0) return first;
  const details = refusals.flatMap(({ message, details: lines }) =>
    lines.length === 0 ? [message] : lines,
  );
  const message = `${String(details.length)} problems in ${String(refusals.length)} documents`;
  return new Refusal(first.code, message, first.hint, details);
}

async function loadFile(file: string): Promise<FileDocument[]> {
  const text = await readUtf8File(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return documentsIn(file, text);
}

/** It reads in turns, so that a connection can open meanwhile. */
async function documentsIn(file: string, text: string): Promise<FileDocument[]> {
  const parsed = await inTurns(parseDocumentsInParts(text, file));
  const documents = parsed.map((document) => ({ ...document, file }));
  const manifests = documents.filter(({ kind }) => kind === 'manifest');
  return documents.map((document) =>
    document.kind === 'manifest' && manifests.length > 1
      ? severalManifests(document, manifests.length)
      : document,
  );
}

/** A manifest has no name, so no command can select one of several in a file. */
function severalManifests({ file, where }: FileDocument, count: number): FileDocument {
  const message = `${where}: the file contains ${String(count)} manifests, and a manifest has no name to select it by`;
  const hint = 'Put each manifest in its own file, or convert each to a PostgresPolicy.';
  const refusal = new Refusal('InvalidSpec', message, hint);
  return { kind: 'invalid', ref: undefined, refusal, file, where };
}

async function yamlFilesBelow(path: string): Promise<string[]> {
  const { yamlTree } = await import('../sources/directory/tree.ts');
  const { files } = await yamlTree(path, '');
  return files.map((file) => join(path, file));
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = utf8Text(Buffer.concat(chunks));
  if (text === undefined) throw unreadable('stdin', new NotUtf8());
  return text;
}

function unreadable(path: string, error: unknown): Refusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT')
    return new Refusal('PolicyNotFound', `${path} does not exist`, 'Set the file with -f FILE.');
  const message = `${path} cannot be read: ${code}`;
  return new Refusal('PolicyUnreadable', message, readingHint(code));
}
