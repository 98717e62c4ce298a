import type { Applied, Planned } from '../activities/contract.ts';
import type { CheckOutcome } from '../activities/check-contract.ts';
import type { Gone, Refused, Stale } from '../activities/outcome.ts';

/** The result of one pass. */
export type Pass =
  | Applied
  | Gone
  | Planned
  | Refused
  | Stale
  | { readonly kind: 'inSync' }
  | { readonly kind: 'suspended'; readonly intervalSeconds: number };

/** The outcome of a check that needs action. */
export type Differs = Extract<CheckOutcome, { kind: 'differs' }>;
