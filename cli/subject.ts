import type { ResourceRef } from '../core/document/document.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { PlanMode } from '../core/plan/mode.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import { Refusal } from '../core/refusal.ts';
import type { FileDocument, SecretDocument } from './load-documents.ts';
import { loadDocuments, refusalOf, shownName } from './load-documents.ts';

/** What one diff or apply is about. */
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
  /** `name` or `namespace/name` of the policy, where there are several. */
  readonly policy?: string;
  readonly mode?: PlanMode;
}

/** The one manifest or policy of a file. Throws Refusal when something in it is wrong, or it is not one. */
export async function loadSubject({ file, policy, mode }: SubjectOptions): Promise<Subject> {
  const documents = await loadDocuments(file);
  const refusal = refusalOf(documents);
  if (refusal !== undefined) throw refusal;
  const candidates = documents.filter(isCandidate).filter((each) => fits(each, policy));
  const [chosen, ...others] = candidates;
  if (chosen === undefined) throw noCandidate(shownName(file), policy);
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

function fits(candidate: Candidate, policy: string | undefined): boolean {
  if (policy === undefined) return true;
  if (candidate.kind === 'manifest') return false;
  const { namespace, name } = candidate.ref;
  return policy === name || policy === `${namespace}/${name}`;
}

function noCandidate(file: string, policy: string | undefined): Refusal {
  if (policy === undefined) {
    const hint = 'Write a manifest or a PostgresPolicy into it.';
    return new Refusal('InvalidSpec', `${file} holds no manifest and no PostgresPolicy`, hint);
  }
  const hint = `Run pgwarden validate -f ${file} to see what is in it.`;
  return new Refusal('PolicyNotFound', `${file} holds no PostgresPolicy ${policy}`, hint);
}

function severalCandidates(file: string, candidates: readonly Candidate[]): Refusal {
  const names = candidates.map((each) =>
    each.kind === 'policy'
      ? `${each.ref.namespace}/${each.ref.name}`
      : `a manifest in ${each.file}`,
  );
  const message = `${file} holds more than one manifest or PostgresPolicy: ${names.join(', ')}`;
  return new Refusal('Usage', message, 'Name one with --policy, or give its file alone.');
}
