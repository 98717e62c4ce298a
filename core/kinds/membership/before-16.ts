import { membershipOptionsSince } from '../../membership-options.ts';
import type { MembershipSpec } from '../../graph.ts';
import { isPairOf, roleNamed } from '../../graph-index.ts';
import type { Live } from '../../live.ts';
import { type EdgeRow } from './edges.ts';

/**
 * What the manifest says of single memberships and PostgreSQL 14 and 15 cannot: there a role uses the privileges of
 * all its groups or of none, as its own INHERIT attribute says, and may become each of them. `attributes` has the
 * attribute of the roles that are there.
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

/** Nothing is said of what the manifest leaves to the member. */
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

/** Additive mode takes nothing from a membership that is there, so that less than it gives may be declared. */
function isKept(spec: MembershipSpec, edges: readonly EdgeRow[], { mode }: Live): boolean {
  return mode === 'additive' && isPairOf(edges, spec);
}

/** The member's attribute as it will be after the plan: additive mode alters no role that is there. */
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
