/**
 * The keys of our log lines, the same for the same thing in worker, watcher and activities. Messages are constant;
 * what varies is under a key. No secret, SQL or connection URL is ever logged.
 */
interface LogFields {
  /** Of the policy. */
  readonly namespace?: string;
  /** Name of the policy. */
  readonly policy?: string;
  /** Of the Temporal workflow it was done for: `policy/<namespace>/<name>` or `database/<server>`. */
  readonly workflowId?: string;
  /** PostgreSQL server, by the 16 hex digits it identifies itself with. */
  readonly server?: string;
  readonly database?: string;
  /** As in docs/errors.md. */
  readonly code?: string;
  /** When it is tried again: refused, transient, contention. */
  readonly failureClass?: string;
  /** What went wrong, for people. */
  readonly error?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Frames of an unexpected error's stack. */
  readonly frames?: readonly string[];
  readonly activity?: string;
  /** How it ended, as in docs/metrics.md. */
  readonly result?: string;
  readonly attempt?: number;
  readonly durationMs?: number;
  /** Hash of a plan. */
  readonly plan?: string;
  readonly changes?: number;
  /** Statements executed. */
  readonly statements?: number;
  /** What a step ahead of an apply does. */
  readonly step?: string;
  /** What the watcher does. */
  readonly task?: string;
  readonly retryMs?: number;
  readonly taskQueue?: string;
  readonly temporalNamespace?: string;
  readonly temporalAddress?: string;
  /** Names of what is not there. */
  readonly missing?: readonly string[];
  /** Where the policies are: a directory, or namespaces. */
  readonly source?: string;
  /** How namespaces are found, and how it was before. */
  readonly mode?: string;
  readonly before?: string;
  /** Why, for people. */
  readonly reason?: string;
  /** A Kubernetes object, and what was done about it. */
  readonly object?: string;
  /** Port of /livez, /readyz and /metrics. */
  readonly httpPort?: number;
  /** Largest number there may be. */
  readonly limit?: number;
}

type LogLine = (fields: LogFields, message: string) => void;

/** What is logged through; a pino logger is one. */
export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

/** The keys by which a policy is known. */
export function policyFields({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}) {
  return { namespace, policy: name } satisfies LogFields;
}
