import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import { listRecords } from '../../sources/kubernetes/policies.ts';
import { refText } from '../../sources/resource-name.ts';
import { printable } from '../printable.ts';
import { counted } from '../counted.ts';

/** Lists what the deletion of a namespace deletes, for the user who confirms it. Throws Refusal. */
export async function policiesDeleted(client: ApiClient, namespace: string): Promise<string> {
  const policies = await listRecords(client, namespace);
  const lines = policies.map(({ ref, kept }) => {
    const note = kept === true ? ` (deletion_policy: Revoke: ${notRevoked})` : '';
    return `  ${refText(ref)}${note}`;
  });
  const count = counted(policies.length, 'policy', 'policies');
  return [
    `Deleting namespace ${namespace} deletes everything in it, including ${count}:`,
    ...lines,
    'Databases are not changed.',
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

const notRevoked = 'delete this policy first, or its grants are not revoked';
