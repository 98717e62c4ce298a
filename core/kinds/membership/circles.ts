import { z } from 'zod';
import { distinct } from '../../distinct.ts';
import { pairOf } from '../../graph-index.ts';
import { grouped } from '../../grouped.ts';
import type { Live } from '../../live.ts';
import { listed } from '../../listed.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import { strongComponents } from '../../strong-components.ts';

/** A membership between roles outside the policy through which one role of the policy is a member of another. */
export const passingRow = z.object({ passing: z.object({ role: z.string(), member: z.string() }) });

/** Memberships on the paths that lead from roles in scope, through roles outside it, back to roles in scope. */
export const passingSql = `
    SELECT DISTINCT ON (a.roleid, a.member)
           json_build_object('kind', 'membership', 'passing', json_build_object(
             'role', g.rolname, 'member', m.rolname))
      FROM (
           WITH RECURSIVE above (oid) AS (
             SELECT a.roleid FROM pg_catalog.pg_auth_members a
              WHERE a.member IN (SELECT s.oid FROM scope_role s) AND a.roleid NOT IN (SELECT s.oid FROM scope_role s)
              UNION
             SELECT a.roleid FROM above u JOIN pg_catalog.pg_auth_members a ON a.member = u.oid
              WHERE a.roleid NOT IN (SELECT s.oid FROM scope_role s)
           ), passing (oid) AS (
             SELECT a.member FROM above u JOIN pg_catalog.pg_auth_members a ON a.member = u.oid
              WHERE a.roleid IN (SELECT s.oid FROM scope_role s)
              UNION
             SELECT a.member FROM passing p JOIN pg_catalog.pg_auth_members a ON a.roleid = p.oid
              WHERE a.member IN (SELECT u.oid FROM above u))
           SELECT p.oid FROM passing p) p
      JOIN pg_catalog.pg_auth_members a ON a.roleid = p.oid
      JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member`;

interface Edge {
  readonly role: string;
  readonly member: string;
}

/** Throws Refusal `InvalidSpec` when a new membership would close a circle with the memberships that stay. */
export function refuseCircles(
  wanted: readonly Edge[],
  present: readonly Edge[],
  { graph, mode }: Live,
): void {
  const pairs = new Set(present.map(pairOf));
  const made = wanted.filter((edge) => !pairs.has(pairOf(edge)));
  if (made.length === 0) return;
  const gone = new Set(mode === 'authoritative' ? graph.retirements.map(({ role }) => role) : []);
  const left = [...present, ...wanted].filter(
    ({ role, member }) => !gone.has(role) && !gone.has(member),
  );
  const componentOf = strongComponents(left);
  const closing = made.filter(
    ({ role, member }) =>
      role === member ||
      (componentOf.has(role) && componentOf.get(role) === componentOf.get(member)),
  );
  const [edge] = closing.sort((one, other) => (pairOf(one) < pairOf(other) ? -1 : 1));
  if (edge === undefined) return;
  throw circle(edge, wayUp(edge.role, edge.member, left));
}

/** The shortest path from a role to one of its direct or indirect groups. */
function wayUp(from: string, to: string, edges: readonly Edge[]): readonly string[] {
  const groupsOf = grouped(edges, ({ member }) => member);
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const role of cameFrom.keys()) {
    if (role === to) break;
    const groups = (groupsOf.get(role) ?? []).map((edge) => edge.role);
    for (const group of distinct(groups)) if (!cameFrom.has(group)) cameFrom.set(group, role);
  }
  const way: string[] = [];
  for (let role: string | undefined = to; role !== undefined; role = cameFrom.get(role))
    way.push(role);
  return way.reverse();
}

const shownSteps = 10;

function circle({ role, member }: Edge, way: readonly string[]): Refusal {
  const names = way.map(quoteIdentifier);
  const steps = names
    .slice(1)
    .map((group, index) => `${names[index] ?? ''} is a member of ${group}`);
  return new Refusal(
    'InvalidSpec',
    `membership of ${quoteIdentifier(member)} in ${quoteIdentifier(role)} closes a circle: ${listed(steps, shownSteps)}`,
    'Remove one of these memberships, or do not declare this one.',
  );
}
