/**
 * The keys of our log lines: the same thing has the same key in worker, watcher and activities. Messages are constant,
 * and variable parts have keys. Secrets, SQL and connection URLs are never logged.
 */
interface LogFields {
  /** Namespace of the policy. */
  readonly namespace?: string;
  /** Name of the policy. */
  readonly policy?: string;
  /** ID of the Temporal workflow: `policy/<namespace>/<name>` or `database/<server>`. */
  readonly workflowId?: string;
  /** ID of the PostgreSQL server: 16 hex digits. */
  readonly server?: string;
  readonly database?: string;
  /** Error code, see docs/errors.md. */
  readonly code?: string;
  /** Failure class, which decides about retries: refused, transient, contention. */
  readonly failureClass?: string;
  /** Error message for people. */
  readonly error?: string;
  /** What to do. */
  readonly hint?: string;
  /** Stack frames of an unexpected error. */
  readonly frames?: readonly string[];
  readonly activity?: string;
  /** The result, see docs/metrics.md. */
  readonly result?: string;
  readonly attempt?: number;
  readonly durationMs?: number;
  /** Hash of a plan. */
  readonly plan?: string;
  readonly changes?: number;
  /** Number of statements executed. */
  readonly statements?: number;
  /** What a step ahead of an apply does. */
  readonly step?: string;
  /** Task of the watcher. */
  readonly task?: string;
  readonly retryMs?: number;
  readonly taskQueue?: string;
  readonly temporalNamespace?: string;
  readonly temporalAddress?: string;
  /** Names of missing objects. */
  readonly missing?: readonly string[];
  /** Where the policies are: a directory, or namespaces. */
  readonly source?: string;
  /** The namespace mode, and the former one. */
  readonly mode?: string;
  readonly before?: string;
  /** Why, for people. */
  readonly reason?: string;
  /** A Kubernetes object and what was done with it. */
  readonly object?: string;
  /** Port of /livez, /readyz and /metrics. */
  readonly httpPort?: number;
  /** ID of the key that encrypts payloads. */
  readonly encryptionKey?: string;
  /** The limit of a number. */
  readonly limit?: number;
}

type LogLine = (fields: LogFields, message: string) => void;

/** The logger interface; a pino logger implements it. */
export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

/** The keys that identify a policy. */
export function policyFields({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}) {
  return { namespace, policy: name } satisfies LogFields;
}
