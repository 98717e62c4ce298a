import type { MembershipPair } from './graph.ts';
import { topologicalOrder } from './topological-order.ts';

/** A policy with more circles is told of the first ones: each costs a few passes over the edges. */
const mostFound = 20;

/**
 * The edges that close a circle with those before them, in order, the first 20. One of them closes none with what comes
 * after it. Each is found by halving, so that n edges take n log n steps.
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

/** How many of the first edges have no circle, of edges that have one. */
function longestAcyclic(edges: readonly MembershipPair[]): number {
  let [sound, circular] = [0, edges.length];
  while (circular - sound > 1) {
    const middle = Math.floor((sound + circular) / 2);
    if (topologicalOrder(edges.slice(0, middle)).isAcyclic) sound = middle;
    else circular = middle;
  }
  return sound;
}
