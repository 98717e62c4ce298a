import type { RoleGraph } from '../../core/graph.ts';
import { Refusal } from '../../core/refusal.ts';
import { counted } from '../counted.ts';
import type { FileDocument } from '../load-documents.ts';
import { checkedAgainstBounds } from '../check-bounds.ts';
import { loadDocuments, refusalOf, shownName } from '../load-documents.ts';
import { paintFor } from '../paint.ts';
import { printable } from '../printable.ts';
import { writeOut } from '../output.ts';

export interface ValidateOptions {
  readonly file: string;
  /** File with the bounds that the platform sets for policies. */
  readonly bounds?: string;
  /** Namespace whose bounds apply; by default the namespace of each policy. */
  readonly namespace?: string;
}

/** Checks everything that can be checked without a database. Returns the exit code. */
export async function validate({ file, bounds, namespace }: ValidateOptions): Promise<number> {
  const read = await loadDocuments(file);
  if (read.length === 0) throw noDocuments(file);
  const documents =
    bounds === undefined ? read : await checkedAgainstBounds(bounds, read, namespace);
  const paint = paintFor(process.stdout);
  for (const document of documents) {
    const line = document.kind === 'invalid' ? undefined : describe(document);
    if (line !== undefined) writeOut(`${paint.green('valid')} ${printable(line)}\n`);
  }
  const refusal = refusalOf(documents);
  if (refusal !== undefined) throw refusal;
  return 0;
}

function noDocuments(file: string): Refusal {
  const hint = 'Add a manifest, a PostgresPolicy or a Secret to it.';
  return new Refusal('InvalidSpec', `${shownName(file)} contains no documents`, hint);
}

function describe(document: Exclude<FileDocument, { readonly kind: 'invalid' }>): string {
  const { file } = document;
  switch (document.kind) {
    case 'policy':
      return `${file}: PostgresPolicy ${document.ref.namespace}/${document.ref.name}: ${contents(document.graph)}`;
    case 'manifest':
      return `${file}: manifest: ${contents(document.graph)}`;
    case 'secret': {
      const keys = [...document.data.keys()].sort().join(', ');
      return `${file}: Secret ${document.ref.namespace}/${document.ref.name}: ${keys === '' ? 'no keys' : keys}`;
    }
  }
}

function contents(graph: RoleGraph): string {
  const parts = [
    counted(graph.roles.length, 'role'),
    counted(graph.schemas.length, 'schema'),
    counted(graph.grants.length, 'grant'),
    counted(graph.defaultPrivileges.length, 'default privilege'),
    counted(graph.ownerships.length, 'ownership'),
    counted(graph.memberships.length, 'membership'),
    counted(graph.retirements.length, 'retirement'),
  ];
  const present = parts.filter((part) => !part.startsWith('0 '));
  return present.length === 0 ? 'nothing declared' : present.join(', ');
}
