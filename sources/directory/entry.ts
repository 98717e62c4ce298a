import { createHash } from 'node:crypto';
import type { ParsedDocument, ResourceRef } from '../../core/document/document.ts';
import { parseDocumentsInParts } from '../../core/document/document.ts';
import { inTurns } from '../../core/in-turns.ts';
import { Refusal } from '../../core/refusal.ts';
import { isResourceRef, refText } from '../resource-name.ts';
import type { PolicyRecord } from '../source.ts';
import { canonicalJson } from '../canonical-json.ts';

/** One policy or Secret that a file declares. */
export type Entry = PolicyEntry | SecretEntry;

export interface PolicyEntry extends EntryOrigin {
  readonly kind: 'policy';
  readonly version: string;
  readonly content: PolicyRecord['content'];
}

interface SecretEntry extends EntryOrigin {
  readonly kind: 'secret';
  readonly content: { readonly data: ReadonlyMap<string, Buffer> } | { readonly refusal: Refusal };
}

interface EntryOrigin {
  readonly ref: ResourceRef;
  /** Path below the directory. */
  readonly file: string;
  /** For messages: the file, and the number of the document if there are several. */
  readonly where: string;
}

/** The content of one file, as far as it can be read. */
export interface FileContent {
  readonly entries: readonly Entry[];
  /** Problems that belong to no policy. */
  readonly problems: readonly Refusal[];
}

export function entryKey(kind: Entry['kind'], ref: ResourceRef): string {
  return `${kind} ${refText(ref)}`;
}

export async function readEntries(text: string, file: string): Promise<FileContent> {
  const entries: Entry[] = [];
  const problems: Refusal[] = [];
  for (const document of await inTurns(parseDocumentsInParts(text, file))) {
    const read = readEntry(document, file);
    if (read instanceof Refusal) problems.push(read);
    else entries.push(read);
  }
  return { entries, problems };
}

function readEntry(document: ParsedDocument, file: string): Entry | Refusal {
  const { where } = document;
  switch (document.kind) {
    case 'policy': {
      const { ref, spec, graph } = document;
      if (spec.deletion_policy === 'Revoke')
        return invalidPolicy({ ref, file, where }, revocationOfFile(where));
      return { kind: 'policy', ref, file, where, version: hashOf(spec), content: { spec, graph } };
    }
    case 'secret':
      return { kind: 'secret', ref: document.ref, file, where, content: { data: document.data } };
    case 'invalid': {
      const { ref, refusal } = document;
      // no resource can have such a name, so there is no policy whose status could show this
      if (ref === undefined || !isResourceRef(ref)) return refusal;
      return invalidPolicy({ ref, file, where }, refusal);
    }
    case 'manifest':
      return new Refusal(
        'InvalidSpec',
        `${where} is a bare manifest without a database`,
        'Add apiVersion: pgroles.io/v1alpha1, kind: PostgresPolicy and metadata.name, and move the manifest under spec.',
      );
  }
}

function revocationOfFile(where: string): Refusal {
  const message = `${where}: spec.deletion_policy Revoke does not work in a directory: a deleted file no longer says what was granted`;
  const hint =
    'Remove it, and run `pgwarden apply --mode revoke -f FILE` before you delete the file. In Kubernetes, Revoke works.';
  return new Refusal('InvalidSpec', message, hint);
}

/**
 * An entry of a file that can now be read only in part or not at all. It counts as invalid and not as deleted, because
 * deletion would end the policy.
 */
export function troubledEntry({ kind, ref, file, where }: Entry, refusal: Refusal): Entry {
  const place = { ref, file, where };
  if (kind === 'policy') return invalidPolicy(place, refusal);
  return { kind, ...place, content: { refusal } };
}

/** The spec is unknown, so the error is its version. */
function invalidPolicy(place: EntryOrigin, refusal: Refusal): PolicyEntry {
  const version = hashOf([refusal.code, refusal.message, refusal.details]);
  return { kind: 'policy', ...place, version, content: { refusal } };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}
