import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import { readPolicyResourceInParts, withoutNulls } from '../../core/document/resource.ts';
import { passwordSource } from '../../core/expand/roles.ts';
import { inTurns } from '../../core/in-turns.ts';
import { connectionSecretNames, connectionSection } from '../../core/manifest/connection.ts';
import { passwordSection } from '../../core/manifest/password.ts';
import { Refusal } from '../../core/refusal.ts';
import { passwordSecrets } from '../secrets-used.ts';
import type { PolicyRecord } from '../source.ts';
import { decodeStatus, observedGeneration } from './status.ts';

const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    generation: z.int(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    finalizers: z.array(z.string()).optional(),
  }),
  status: z.unknown().optional(),
});

/** A policy object of the API server. */
export type PolicyObject = z.infer<typeof objectSchema>;

export function decodePolicy(value: unknown): PolicyObject {
  return objectSchema.parse(value);
}

/** A new value requests a full reconcile, even if nothing seems to have changed. The current time is a good value. */
const requestAnnotation = 'pgwarden.io/reconcile-requested-at';

/** The pgroles operator adds it to each policy it manages. */
const pgrolesFinalizer = 'pgroles.io/finalizer';

/** Delays the deletion of a policy until pgwarden has revoked what it granted: see docs/how-to/delete-a-policy.md. */
export const keptFinalizer = 'pgwarden.io/revoke';

type Metadata = Pick<PolicyObject, 'metadata'>;

/** Whether we manage the policy. One that is being deleted is ours only while it has our finalizer. */
export function isOurs({ metadata }: Metadata): boolean {
  return metadata.deletionTimestamp === undefined || isKept({ metadata });
}

function isKept({ metadata }: Metadata): boolean {
  return metadata.finalizers?.includes(keptFinalizer) === true;
}

/**
 * `<uid>.<generation>`, because a policy that is created again under an old name is another one. Then a hash of its
 * annotation, and whether the pgroles operator manages it, so that pgwarden checks the policy as soon as one of them
 * changes.
 */
export function versionOf({ metadata }: PolicyObject): string {
  const { uid, generation, annotations = {} } = metadata;
  const requested = annotations[requestAnnotation];
  const hash = createHash('sha256').update(requested ?? '');
  const request = requested === undefined ? '' : `.${hash.digest('hex').slice(0, 8)}`;
  const held = isHeldByPgroles({ metadata }) ? '.pgroles' : '';
  return `${uid}.${String(generation)}${request}${held}`;
}

/** The parts of a version. */
export function partsOf(version: string): { readonly uid: string; readonly generation: number } {
  const [uid = '', generation = ''] = version.split('.');
  return { uid, generation: Number(generation) };
}

export async function recordOf(object: PolicyObject): Promise<PolicyRecord> {
  const { metadata, status } = object;
  const observed = observedGeneration(status);
  return {
    ref: refOf(object),
    version: versionOf(object),
    content: await contentOf(object),
    status: decodeStatus(status),
    revision: metadata.resourceVersion,
    ...(observed === undefined ? {} : { observed }),
    ...(observed === metadata.generation ? {} : { unseen: true }),
    ...(isKept(object) ? { kept: true } : {}),
    ...(metadata.deletionTimestamp === undefined ? {} : { deletedAt: metadata.deletionTimestamp }),
  };
}

export function refOf({ metadata: { namespace, name } }: PolicyObject): ResourceRef {
  return { namespace, name };
}

async function contentOf(object: PolicyObject): Promise<PolicyRecord['content']> {
  if (isHeldByPgroles(object)) return { refusal: heldByPgroles(refOf(object)) };
  const content = await inTurns(readPolicyResourceInParts(object));
  if (content.kind === 'invalid') return { refusal: content.refusal };
  if (content.kind !== 'policy')
    throw new Error('the API server returned an object of another kind');
  return { spec: content.spec, graph: content.graph };
}

const namingSecrets = z.looseObject({
  spec: z.object({
    connection: connectionSection,
    roles: z.array(z.object({ name: z.string(), password: z.unknown().optional() })).nullish(),
  }),
});

/**
 * The Secrets that a policy names, without parsing the rest, because a watcher sees every policy. If the names cannot
 * be read, it names none: the policy's own workflow reports why.
 */
export function secretNamesIn(object: PolicyObject): readonly string[] {
  const read = namingSecrets.safeParse(object);
  if (!read.success) return [];
  const { connection, roles } = read.data.spec;
  const passwords = (roles ?? []).flatMap(({ name, password }) => {
    const section = passwordSection.safeParse(withoutNulls(password));
    const expansion = { policyName: object.metadata.name, problems: [] };
    return section.success ? passwordSecrets(passwordSource(section.data, name, 0, expansion)) : [];
  });
  return [...new Set([...connectionSecretNames(connection), ...passwords])].sort();
}

function isHeldByPgroles({ metadata }: Metadata): boolean {
  return metadata.finalizers?.includes(pgrolesFinalizer) === true;
}

/** Refuses a policy that another operator manages, because the two would undo each other's changes. */
function heldByPgroles({ namespace, name }: ResourceRef): Refusal {
  const message = `policy ${namespace}/${name} is managed by the pgroles operator: it has the finalizer ${pgrolesFinalizer}`;
  const hint = 'Stop that operator, then remove the finalizer; see docs/coming-from/pgroles.md.';
  return new Refusal('OtherController', message, hint);
}
