import type { MembershipPair } from './graph.ts';
import { topologicalOrder } from './topological-order.ts';

/** Each reported circle costs a few passes over the edges, so only the first ones are reported. */
const mostFound = 20;

/**
 * The edges that close a circle with earlier ones, in order, at most 20. A closing edge is left out of the search for
 * the next. Each is found by bisection, so that n edges take n log n steps.
 */
export function closingEdges<E extends MembershipPair>(edges: readonly E[]): E[] {
  const closing: E[] = [];
  let left = edges;
  while (closing.length < mostFound && !topologicalOrder(left).isAcyclic) {
    const index = longestAcyclic(left);
    const edge = left[index];
    if (edge === undefined) break;
    closing.push(edge);
    left = left.toSpliced(index, 1);
  }
  return closing;
}

/** The length of the longest prefix of the edges that has no circle. The edges as a whole have one. */
function longestAcyclic(edges: readonly MembershipPair[]): number {
  let [sound, circular] = [0, edges.length];
  while (circular - sound > 1) {
    const middle = Math.floor((sound + circular) / 2);
    if (topologicalOrder(edges.slice(0, middle)).isAcyclic) sound = middle;
    else circular = middle;
  }
  return sound;
}
