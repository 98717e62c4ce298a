import type { ResourceRef } from '../core/document/document.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { PlanMode } from '../core/mode.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import { Refusal } from '../core/refusal.ts';
import { refText } from '../sources/resource-name.ts';
import type { FileDocument, SecretDocument } from './load-documents.ts';
import { loadDocuments, refusalOf, shownName } from './load-documents.ts';

/** The policy or manifest of one diff or apply. */
export interface Subject {
  readonly path: string;
  readonly graph: RoleGraph;
  readonly mode: PlanMode;
  /** Absent for a bare manifest. */
  readonly policy?: { readonly ref: ResourceRef; readonly spec: PolicySpec };
  /** The Secrets of the same file or directory. */
  readonly secrets: readonly SecretDocument[];
}

type Candidate = Extract<FileDocument, { readonly kind: 'policy' | 'manifest' }>;

export interface SubjectOptions {
  readonly file: string;
  /** `name` or `namespace/name` of the policy, if the file has several. */
  readonly policy?: string;
  /** Namespace of the policy. A manifest has none. */
  readonly namespace?: string;
  readonly mode?: PlanMode;
}

/** The single manifest or policy of a file. Throws Refusal if a document is invalid, or there is not exactly one. */
export async function loadSubject(options: SubjectOptions): Promise<Subject> {
  const { file, mode } = options;
  const documents = await loadDocuments(file);
  const refusal = refusalOf(documents);
  if (refusal !== undefined) throw refusal;
  const candidates = documents.filter(isCandidate).filter((each) => fits(each, options));
  const [chosen, ...others] = candidates;
  if (chosen === undefined) throw noCandidate(options);
  if (others.length > 0) throw severalCandidates(shownName(file), candidates);
  return {
    path: file,
    graph: chosen.graph,
    secrets: documents.filter((document) => document.kind === 'secret'),
    ...(chosen.kind === 'policy'
      ? { policy: chosen, mode: mode ?? chosen.spec.reconciliation_mode }
      : { mode: mode ?? 'authoritative' }),
  };
}

function isCandidate(document: FileDocument): document is Candidate {
  return document.kind === 'policy' || document.kind === 'manifest';
}

function fits(candidate: Candidate, { policy, namespace }: SubjectOptions): boolean {
  if (candidate.kind === 'manifest') return policy === undefined;
  const { ref } = candidate;
  if (policy === refText(ref)) return true;
  const isNamed = policy === undefined || policy === ref.name;
  return isNamed && (namespace === undefined || namespace === ref.namespace);
}

function noCandidate({ file, policy, namespace }: SubjectOptions): Refusal {
  const path = shownName(file);
  if (policy === undefined && namespace === undefined) {
    const hint = 'Add a manifest or a PostgresPolicy to it.';
    return new Refusal('InvalidSpec', `${path} contains no manifest or PostgresPolicy`, hint);
  }
  const hint = `Run pgwarden validate -f ${path} to see its contents.`;
  const name = policy === undefined ? '' : ` ${policy}`;
  const place = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return new Refusal('PolicyNotFound', `${path} contains no PostgresPolicy${name}${place}`, hint);
}

function severalCandidates(file: string, candidates: readonly Candidate[]): Refusal {
  const names = candidates.map((each) =>
    each.kind === 'policy' ? refText(each.ref) : `a manifest in ${each.file}`,
  );
  const message = `${file} contains more than one manifest or PostgresPolicy: ${names.join(', ')}`;
  return new Refusal('Usage', message, 'Choose one with --policy and -n, or set -f to its file.');
}
