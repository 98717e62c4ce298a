import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import { listRecords } from '../../sources/kubernetes/policies.ts';
import { refText } from '../../sources/resource-name.ts';
import { printable } from '../printable.ts';
import { counted } from '../counted.ts';

/** What goes with a namespace, for whoever is asked whether it may. Throws Refusal. */
export async function policiesDeleted(client: ApiClient, namespace: string): Promise<string> {
  const policies = await listRecords(client, namespace);
  const lines = policies.map(({ ref, kept }) => {
    const note = kept === true ? ` (deletion_policy: Revoke: ${notRevoked})` : '';
    return `  ${refText(ref)}${note}`;
  });
  const count = counted(policies.length, 'policy', 'policies');
  return [
    `namespace ${namespace} is deleted with all that is in it, and ${count}:`,
    ...lines,
    'Databases stay as they are.',
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

const notRevoked = 'delete it first, or what it granted is not taken back';
