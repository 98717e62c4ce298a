import type { ExplainedChange } from '../core/plan/explain.ts';
import type { ChangeSummary } from '../core/plan/plan.ts';
import type { Finding } from '../core/finding.ts';
import type { Rule } from '../core/bounds/rule.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { ServerFacts, Statement } from '../core/kind.ts';
import type { PlanMode } from '../core/plan/mode.ts';

/** How to reach one database. Holds a password: never log it, never return it from an activity. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** The role to become after connecting. */
  readonly role: string | undefined;
  /** Names that came from keys of Secrets: whoever wrote the policy may not be one who may read them. Never told. */
  readonly hidden?: readonly string[];
  readonly sslMode: 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** Certificates as PEM text. Without `ca` the system's authorities are trusted. */
  readonly tls?: TlsMaterial;
  /** Whether SCRAM must be bound to the TLS connection. Default prefer, as in libpq. */
  readonly channelBinding?: 'disable' | 'prefer' | 'require';
  /** Further servers to try after `host`, in this order, as in a libpq URL with several hosts. */
  readonly otherHosts?: readonly HostAndPort[];
  /** Which of the hosts to accept. Default any. */
  readonly sessionAttributes?: 'any' | 'read-write';
}

export interface TlsMaterial {
  readonly ca?: string;
  /** Client certificate, with `key`: neither is there without the other. */
  readonly cert?: string;
  readonly key?: string;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What to bring about, and by what mode. */
export interface Intent {
  readonly graph: RoleGraph;
  readonly mode: PlanMode;
  /** The bounds it has to keep. Default none. */
  readonly rules?: readonly Rule[];
  /** Leaves everything to its owner that a wildcard would give away only as long as it runs no code. Default false. */
  readonly isCautious?: boolean;
  /** Role to version of its password source, for roles whose password is to be kept. */
  readonly passwordVersions: Readonly<Record<string, string>>;
  /** The versions that were last applied. */
  readonly appliedPasswords: Readonly<Record<string, string>>;
}

/** Cleartext passwords by role, resolved where they are used and kept nowhere: never log them. */
export type Passwords = ReadonlyMap<string, string>;

/** A server, by what it says of itself. */
export interface DatabaseIdentity {
  /** 16 hex digits: the same for every way to reach the server. */
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
  /** Number of changes of which nobody can see whether they are needed. */
  readonly uncertain: number;
  /** Whether there are others: the database differs for certain. */
  readonly drift: boolean;
  readonly changes: readonly ExplainedChange[];
  readonly findings: readonly Finding[];
}

export interface MarkedPlan extends PlanResult {
  /** Of what the plan was made from. */
  readonly fingerprint: string;
  /** Whether the connected role has the rights to all that the policy claims. */
  readonly proven: boolean;
}

export interface ApplyResult extends PlanResult {
  /** Role to version of its password source, for the roles that now have that password. */
  readonly passwordVersions: Readonly<Record<string, string>>;
  /** The fingerprint after the change, to compare the next check with. */
  readonly fingerprint: string;
  readonly durationMs: number;
}
