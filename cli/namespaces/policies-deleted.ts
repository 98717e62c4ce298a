import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import { listKept, listPolicies } from '../../sources/kubernetes/policies.ts';
import { refText } from '../../sources/resource-name.ts';
import { counted } from '../counted.ts';

/** What goes with a namespace, for whoever is asked whether it may. Throws Refusal. */
export async function policiesDeleted(client: ApiClient, namespace: string): Promise<string> {
  const policies = await listPolicies(client, [namespace]);
  const kept = new Set((await listKept(client, namespace)).map(({ ref }) => refText(ref)));
  const lines = policies.map(refText).map((policy) => {
    const note = kept.has(policy) ? ` (deletion_policy: Revoke: ${notRevoked})` : '';
    return `  ${policy}${note}`;
  });
  const count = counted(policies.length, 'policy', 'policies');
  return [
    `namespace ${namespace} is deleted with all that is in it, and ${count}:`,
    ...lines,
    'Databases stay as they are.',
  ]
    .map((line) => `${line}\n`)
    .join('');
}

const notRevoked = 'delete it first, or what it granted is not taken back';
