import type {
  Applied,
  CheckOutcome,
  Gone,
  Planned,
  Refused,
  Stale,
} from '../activities/contract.ts';

/** How one pass ended. */
export type Pass =
  | Applied
  | Gone
  | Planned
  | Refused
  | Stale
  | { readonly kind: 'inSync' }
  | { readonly kind: 'suspended'; readonly intervalSeconds: number };

/** What a look found that is to be acted upon. */
export type Differs = Extract<CheckOutcome, { kind: 'differs' }>;
