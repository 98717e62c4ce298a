import type { Problem } from '../problem.ts';

/** Collects problems, so that the user sees all of them at once. */
export interface Expansion {
  /** The policy's name, for the Secrets of generated passwords. */
  readonly policyName: string;
  readonly problems: Problem[];
}

/** A part of the graph, with its place in the manifest. */
export interface Placed<T> {
  readonly path: readonly (string | number)[];
  readonly spec: T;
}
