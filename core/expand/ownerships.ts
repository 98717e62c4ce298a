import type { Expansion } from '../expand.ts';
import type { OwnershipSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import { targetProblem } from './target.ts';

/** Who should own what. One object has one owner: entries that could give it two are refused. */
export function expandOwnerships(manifest: Manifest, { problems }: Expansion): OwnershipSpec[] {
  const owners = new Map<string, string>();
  return (manifest.ownership ?? []).map(({ owner, object: { type, schema, name = '' } }, index) => {
    const object = { type, schema, name };
    const path = ['ownership', index];
    const message = targetProblem(object);
    if (message !== undefined) problems.push({ path: [...path, 'object'], message });
    const key = JSON.stringify([type, schema, name]);
    const other = owners.get(key);
    if (other !== undefined && other !== owner) {
      const message = `gives what ${JSON.stringify(other)} owns to ${JSON.stringify(owner)} too`;
      problems.push({ path: [...path, 'owner'], message });
    }
    owners.set(key, owner);
    return { owner, object };
  });
}
