import type { PolicySpec } from '../document/policy.ts';
import type { RoleGraph } from '../graph.ts';

/** What is checked against the bounds. */
export interface Subject {
  /** Absent for a bare manifest. */
  readonly spec?: Pick<PolicySpec, 'connection' | 'mode' | 'reconciliation_mode'>;
  readonly graph: RoleGraph;
  /**
   * For a deleted policy: the roles it owned when it was last within its bounds. What they have may be revoked even if
   * the bounds have changed. `graph` is then what to revoke.
   */
  readonly leaving?: { readonly owned: ReadonlySet<string> };
}

/** A violation, and what would be allowed. */
export interface Found {
  readonly what: string;
  readonly allowed: string;
}
