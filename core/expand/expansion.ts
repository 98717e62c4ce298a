import type { Problem } from '../document/problem.ts';

/** Where problems found on the way are put, so that a reader gets all of them at once. */
export interface Expansion {
  /** Names the Secrets of generated passwords: the policy's name. */
  readonly policyName: string;
  readonly problems: Problem[];
}

/** A part of the graph, with where the manifest says it. */
export interface Placed<T> {
  readonly path: readonly (string | number)[];
  readonly spec: T;
}
