import { connectionRefusal, policyRefusal } from '../../../core/bounds/check.ts';
import type { ConnectionPoint } from '../../../core/bounds/connection-point.ts';
import { parseBounds, rulesFor } from '../../../core/bounds/parse.ts';
import type { Rule } from '../../../core/bounds/rule.ts';
import type { Subject } from '../../../core/bounds/subject.ts';
import { parseDocuments } from '../../../core/document/document.ts';
import { revocationOf } from '../../../core/plan/revocation.ts';

/** One rule named `r` for all namespaces, with its other fields as YAML flow. */
function ruleOf(fields: string): readonly Rule[] {
  return rulesFor(parseBounds(`[{ name: r, namespaces: ['*'], ${fields} }]`, 'b.yaml'), 'shop');
}

const usual = 'connection: { secretRef: { name: db } }';

/** A policy. Its spec below `connection` is YAML. */
function subjectOf(spec: string, connection = usual): Subject {
  const [document] = parseDocuments(policyText(spec, connection), 'p.yaml');
  if (document?.kind === 'invalid') throw document.refusal;
  if (document?.kind !== 'policy') throw new Error('not a policy');
  return document;
}

function policyText(spec: string, connection: string): string {
  const lines = [connection, ...spec.trim().split('\n')].map((line) => `  ${line}\n`);
  return `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: shop, namespace: shop }
spec:
${lines.join('')}`;
}

/** The violations of a policy, one line each without the rule's name. */
export function refused(fields: string, spec: string, connection?: string): readonly string[] {
  return linesOf(policyRefusal(ruleOf(fields), subjectOf(spec, connection)));
}

/** The same under rules `r0`, `r1` and so on together, with their names. */
export function refusedByAll(
  rules: readonly string[],
  spec: string,
  connection?: string,
): readonly string[] {
  const all = rules.map(
    (fields, index) => `{ name: r${String(index)}, namespaces: ['*'], ${fields} }`,
  );
  const bounds = rulesFor(parseBounds(`[${all.join(', ')}]`, 'b.yaml'), 'shop');
  return policyRefusal(bounds, subjectOf(spec, connection))?.details ?? [];
}

/** The same for a deleted policy that owned some roles. */
export function refusedLeaving(
  fields: string,
  spec: string,
  owned: readonly string[],
): readonly string[] {
  const { graph, ...subject } = subjectOf(spec);
  const leaving = { ...subject, graph: revocationOf(graph), leaving: { owned: new Set(owned) } };
  return linesOf(policyRefusal(ruleOf(fields), leaving));
}

/** The violations of a connection. */
export function refusedConnection(
  fields: string,
  point: ConnectionPoint,
  spec = 'roles: []',
  connection?: string,
): readonly string[] {
  return linesOf(connectionRefusal(ruleOf(fields), subjectOf(spec, connection), point));
}

function linesOf(refusal: ReturnType<typeof policyRefusal>): readonly string[] {
  return (refusal?.details ?? []).map((line) => line.replace(/^rule r: /, ''));
}
