import type { OwnershipSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import { grantableTypes } from '../registry.ts';
import type { Expansion } from './expansion.ts';
import { canMeet, targetProblem } from './target.ts';

/** Who should own what. One object has one owner: entries that could give it two are refused, `*` beside a name too. */
export function expandOwnerships(manifest: Manifest, { problems }: Expansion): OwnershipSpec[] {
  const ownerships: OwnershipSpec[] = [];
  (manifest.ownership ?? []).forEach((section, index) => {
    const {
      owner,
      object: { type, schema, name = '' },
    } = section;
    const object = { type, schema, name };
    const path = ['ownership', index];
    const message = ownerProblem(object) ?? targetProblem(object);
    if (message !== undefined) problems.push({ path: [...path, 'object'], message });
    const other = ownerships.find((one) => one.owner !== owner && canMeet(one.object, object));
    if (other !== undefined) {
      const twice = `gives what ${JSON.stringify(other.owner)} owns to ${JSON.stringify(owner)} too`;
      problems.push({ path: [...path, 'owner'], message: twice });
    }
    ownerships.push({ owner, object, adoptCode: section.adopt_code ?? false });
  });
  return ownerships;
}

function ownerProblem({ type }: OwnershipSpec['object']): string | undefined {
  const grantable = grantableTypes[type];
  if (grantable?.isSchema === true)
    return 'has type schema, whose owner is said elsewhere: set owner under schemas';
  if (grantable?.ownerKeyword === undefined) return `has type ${type}, which has no owner to set`;
  return undefined;
}
