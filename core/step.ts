/** Stages in their order. A statement without a stage belongs to the plan's own transaction, which comes last. */
export const stages = ['prepare', 'end sessions', 'clean'] as const;

/**
 * Part of a plan that is committed before the plan's own transaction, and stays if that transaction fails. A step can
 * be repeated without harm: pgwarden plans again, and the step is then empty.
 */
export interface Step {
  readonly stage: (typeof stages)[number];
  /** The other database of the server in which the step runs. Undefined for the policy's own. */
  readonly database?: string;
}
