import { randomBytes } from 'node:crypto';
import { refText } from '../resource-name.ts';
import type { PolicyEvent, PolicyHandle } from '../source.ts';
import { isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { paths } from './paths.ts';
import { partsOf } from './policy-object.ts';
import { policyType } from './resource.ts';
import { apiTrouble } from './trouble.ts';

const longestNote = 1024; // bytes
const longestName = 253 - 17;
const longestInstance = 128;

/** Records an Event, which `kubectl describe` and `kubectl events` show. `instance` is the reporting pod. */
export function recordEvent(
  client: ApiClient,
  instance: string,
  { ref, version }: PolicyHandle,
  event: PolicyEvent,
): Promise<void> {
  const object = { ...policyType, ...ref, uid: partsOf(version).uid };
  return tellOf(client, { instance, object, what: `policy ${refText(ref)}` }, event);
}

/** The object of an Event, and the reporting pod. */
export interface EventSubject {
  readonly instance: string;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid?: string;
  };
  /** For messages, e.g. `policy a/b`. */
  readonly what: string;
}

/** Records an Event of any object. Does nothing if its namespace was deleted. Throws Refusal. */
export async function tellOf(
  client: ApiClient,
  { instance, object, what }: EventSubject,
  { type, reason, message }: PolicyEvent,
): Promise<void> {
  const { namespace, name } = object;
  const unique = randomBytes(8).toString('hex');
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: `${nameStart(name)}.${unique}` },
    eventTime: microTime(new Date()),
    reportingController: 'pgroles.io/pgwarden',
    reportingInstance: instance.slice(0, longestInstance),
    action: 'Reconcile',
    regarding: object,
    type,
    reason,
    note: shortened(message),
  };
  try {
    await client.create(paths.events(namespace), event);
  } catch (error) {
    if (isNotFound(error)) return; // the namespace is gone
    throw apiTrouble(`record an Event of ${what}`, error);
  }
}

/** The start of an Event's name, from a name that may have maximum length. No part between dots may end with a dash. */
function nameStart(name: string): string {
  return name.slice(0, longestName).replace(/[.-]+$/, '');
}

function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}

function shortened(text: string): string {
  if (Buffer.byteLength(text) <= longestNote) return text;
  const cut = Buffer.from(text)
    .subarray(0, longestNote - 3)
    .toString('utf8');
  return `${cut.replace(/\uFFFD$/, '')}…`;
}
