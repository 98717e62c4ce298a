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

/** What `kubectl describe` and `kubectl events` show of a policy. `instance` is the pod that tells it. */
export async function recordEvent(
  client: ApiClient,
  instance: string,
  { ref, version }: PolicyHandle,
  { type, reason, message }: PolicyEvent,
): Promise<void> {
  const { namespace, name } = ref;
  const unique = randomBytes(8).toString('hex');
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: `${nameStart(name)}.${unique}` },
    eventTime: microTime(new Date()),
    reportingController: 'pgroles.io/pgwarden',
    reportingInstance: instance.slice(0, longestInstance),
    action: 'Reconcile',
    regarding: { ...policyType, namespace, name, uid: partsOf(version).uid },
    type,
    reason,
    note: shortened(message),
  };
  try {
    await client.create(paths.events(namespace), event);
  } catch (error) {
    if (isNotFound(error)) return; // namespace and policy are gone
    throw apiTrouble(`record an Event of policy ${refText(ref)}`, error);
  }
}

/** Of a name that may itself be as long as names get. No part between dots may end with a dash. */
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
