import type { MembershipPair } from './graph.ts';
import { grouped } from './grouped.ts';

/**
 * A number for each role. Two roles have the same number when each is a direct or indirect member of the other. It
 * takes two passes over the edges and no recursion. Source: Sharir, A strong-connectivity algorithm, 1981 (also
 * Kosaraju's).
 */
export function strongComponents(edges: readonly MembershipPair[]): ReadonlyMap<string, number> {
  const membersOf = grouped(edges, ({ role }) => role);
  const groupsOf = grouped(edges, ({ member }) => member);
  const finished = finishedOrder(
    [...membersOf.keys()],
    (role) => membersOf.get(role)?.map(({ member }) => member) ?? [],
  );
  const componentOf = new Map<string, number>();
  for (const [number, start] of finished.toReversed().entries()) {
    const open = componentOf.has(start) ? [] : [start];
    for (let role = open.pop(); role !== undefined; role = open.pop()) {
      if (componentOf.has(role)) continue;
      componentOf.set(role, number);
      for (const edge of groupsOf.get(role) ?? []) open.push(edge.role);
    }
  }
  return componentOf;
}

/** Roles in the order in which a depth-first search leaves them. */
function finishedOrder(
  starts: readonly string[],
  nextOf: (role: string) => readonly string[],
): string[] {
  const seen = new Set<string>();
  const finished: string[] = [];
  for (const start of starts) {
    const way = seen.has(start) ? [] : [{ role: start, next: nextOf(start).values() }];
    seen.add(start);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const step = top.next.next();
      if (step.done === true) finished.push(way.pop()?.role ?? '');
      else if (!seen.has(step.value)) {
        seen.add(step.value);
        way.push({ role: step.value, next: nextOf(step.value).values() });
      }
    }
  }
  return finished;
}
