/** Stages in the order they are taken. What is not in one belongs to the plan's own transaction, the last. */
export const stages = ['prepare', 'end sessions', 'clean'] as const;

/**
 * Part of a plan that is committed by itself before the plan's own transaction, and stays when that one fails.
 * Taking a step again that was taken is harmless: it is planned anew, and is then empty.
 */
export interface Step {
  readonly stage: (typeof stages)[number];
  /** Another database of the server, where it runs; undefined for the policy's own. */
  readonly database?: string;
}
