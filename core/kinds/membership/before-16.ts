import { membershipOptionsSince } from '../../membership-options.ts';
import type { MembershipSpec } from '../../graph.ts';
import { isPairOf, roleNamed } from '../../graph-index.ts';
import type { Live } from '../../live.ts';
import { type EdgeRow } from './edges.ts';

/**
 * Declared membership options that PostgreSQL 14 and 15 do not have. There a role uses the privileges of all its groups
 * or of none, as its own INHERIT attribute says, and can SET ROLE to each of them. `attributes` has the INHERIT
 * attribute of the existing roles.
 */
export function inexpressible(
  edges: readonly EdgeRow[],
  attributes: ReadonlyMap<string, boolean>,
  live: Live,
): string[] {
  if (live.server.major >= membershipOptionsSince) return [];
  return live.graph.memberships.flatMap((spec) => [
    ...(spec.set || isKept(spec, edges, live) ? [] : [sentence(spec, 'set: false')]),
    ...inheritProblems(spec, { edges, attributes, live }),
  ]);
}

interface Surroundings {
  readonly edges: readonly EdgeRow[];
  readonly attributes: ReadonlyMap<string, boolean>;
  readonly live: Live;
}

/** An option that the manifest leaves open is never a problem. */
function inheritProblems(
  spec: MembershipSpec,
  { edges, attributes, live }: Surroundings,
): string[] {
  const inherits = willInherit(spec.member, attributes, live);
  if (spec.inherit === undefined || spec.inherit === inherits) return [];
  if (!spec.inherit && isKept(spec, edges, live)) return [];
  const own = `${JSON.stringify(spec.member)} itself has ${inherits ? 'INHERIT' : 'NOINHERIT'}`;
  return [sentence(spec, `inherit: ${String(spec.inherit)} while ${own}`)];
}

function sentence({ role, member }: MembershipSpec, option: string): string {
  return `member ${JSON.stringify(member)} of ${JSON.stringify(role)} with ${option} (in 16 and later)`;
}

/**
 * Additive mode removes nothing from an existing membership, so a manifest can declare less than the membership has.
 */
function isKept(spec: MembershipSpec, edges: readonly EdgeRow[], { mode }: Live): boolean {
  return mode === 'additive' && isPairOf(edges, spec);
}

/** The member's INHERIT attribute after the plan. Additive mode does not alter existing roles. */
function willInherit(
  name: string,
  attributes: ReadonlyMap<string, boolean>,
  { graph, mode }: Live,
): boolean {
  const present = attributes.get(name);
  const role = roleNamed(graph, name);
  const declared = role?.external === false ? role.inherit : undefined;
  const [first, second] = mode === 'additive' ? [present, declared] : [declared, present];
  return first ?? second ?? true;
}
