import type { PolicySpec } from '../document/policy.ts';
import type { RoleGraph } from '../graph.ts';

/** What is held against the bounds. */
export interface Subject {
  /** Absent for a bare manifest. */
  readonly spec?: Pick<PolicySpec, 'connection' | 'mode' | 'reconciliation_mode'>;
  readonly graph: RoleGraph;
  /**
   * Of a policy that was deleted, the roles it owned when it was last within its bounds: what these have may be taken
   * from them whatever the bounds are by now. Its `graph` is what is to be taken back.
   */
  readonly leaving?: { readonly owned: ReadonlySet<string> };
}

/** Something out of bounds, and what would be within. */
export interface Found {
  readonly what: string;
  readonly allowed: string;
}
