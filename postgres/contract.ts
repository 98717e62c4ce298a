import type { ExplainedChange } from '../core/plan/explain.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';
import type { Finding } from '../core/finding.ts';
import type { Rule } from '../core/bounds/rule.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { ServerFacts } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import type { PlanMode } from '../core/mode.ts';

/** What to make true in the database, and in which mode. */
export interface Intent {
  readonly graph: RoleGraph;
  readonly mode: PlanMode;
  /** The bounds of the policy. Default none. */
  readonly rules?: readonly Rule[];
  /**
   * Does not change the owner of objects that a wildcard would give away only while they run no code. Default false.
   */
  readonly isCautious?: boolean;
  /** Version of the password source by role, for roles with a declared password. */
  readonly passwordVersions: Readonly<Record<string, string>>;
  /** The versions that were last applied. */
  readonly appliedPasswords: Readonly<Record<string, string>>;
}

/** Cleartext passwords by role, resolved where they are used and stored nowhere: never log them. */
export type Passwords = ReadonlyMap<string, string>;

/** The identity that a server reports. */
export interface DatabaseIdentity {
  /** 16 hex digits, the same for every address of the server. */
  readonly server: string;
  readonly database: string;
}

export interface CheckResult {
  readonly identity: DatabaseIdentity;
  readonly server: ServerFacts;
  /** SHA-256 of every catalog row in the graph's scope. */
  readonly fingerprint: string;
}

export interface PlanResult {
  readonly identity: DatabaseIdentity;
  readonly server: ServerFacts;
  readonly statements: readonly Statement[];
  readonly summary: ChangeSummary;
  readonly hash: string;
  /** Number of changes that may not be needed, because pgwarden cannot see the current state. */
  readonly uncertain: number;
  /** Whether there are other changes, so that the database certainly differs. */
  readonly drift: boolean;
  readonly changes: readonly ExplainedChange[];
  readonly findings: readonly Finding[];
}

export interface MarkedPlan extends PlanResult {
  /** Fingerprint of the rows that the plan was made from. */
  readonly fingerprint: string;
  /** Whether the connected role has all rights on what the policy claims. */
  readonly proven: boolean;
}

export interface ApplyResult extends PlanResult {
  /** Version of the password source by role, for roles that now have that password. */
  readonly passwordVersions: Readonly<Record<string, string>>;
  /** The fingerprint after the change, to compare the next check with. */
  readonly fingerprint: string;
  readonly durationMs: number;
}
