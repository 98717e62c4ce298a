import type { Metric } from '../../telemetry/metric.ts';
import { metrics } from '../../telemetry/metrics.ts';

const introduction = `# Metrics

Generated from \`telemetry/metrics.ts\` by \`npm run docs\`; do not edit.

Worker and watcher serve \`/metrics\` in the text format of Prometheus, beside \`/livez\` and \`/readyz\`, at \`PGWARDEN_HTTP_ADDR\` (default \`127.0.0.1:8080\`; the
watcher's is port 8081). They also push the same metrics with OTLP if OpenTelemetry's standard variables say so:

| variable | meaning |
| --- | --- |
| \`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT\` | the collector; setting one of them turns OTLP on |
| \`OTEL_EXPORTER_OTLP_PROTOCOL\`, \`OTEL_EXPORTER_OTLP_METRICS_PROTOCOL\` | \`grpc\`, \`http/protobuf\` or \`http/json\`; default \`grpc\` if the endpoint's port is 4317, else \`http/protobuf\` |
| \`OTEL_EXPORTER_OTLP_HEADERS\`, \`_CERTIFICATE\`, \`_COMPRESSION\`, \`_TIMEOUT\` and similar | as in OpenTelemetry's documentation |
| \`OTEL_METRICS_EXPORTER\` | \`otlp\` turns OTLP on, also without an endpoint; any other value, such as \`none\`, turns it off |
| \`OTEL_METRIC_EXPORT_INTERVAL\`, \`OTEL_METRIC_EXPORT_TIMEOUT\` | milliseconds; 60000 and 30000 |
| \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\` | the resource; the default service is \`pgwarden-worker\` or \`pgwarden-watcher\` |
| \`OTEL_SDK_DISABLED\` | \`true\` turns OTLP off |
| \`PGWARDEN_METRICS_PER_POLICY\` | how many policies have their own series, in the order in which they come; default 500; 0 for none |

The names are the same for both. A policy's labels are \`policy_namespace\` and \`policy\`, because in Kubernetes Prometheus uses \`namespace\` for the pod's. Each of several
workers measures its own work: add up counters, and take the \`max\` of values about a policy. With several watchers, only the leader counts policies.
`;

const temporal = `## Temporal's SDK

The worker also exports the metrics of Temporal's SDK, with the names and labels of the Go and Java SDKs. Durations are in seconds
and end in \`_seconds\`; counters end in \`_total\`. The most useful are:

| name | meaning |
| --- | --- |
| \`temporal_workflow_task_schedule_to_start_latency_seconds\`, \`temporal_activity_schedule_to_start_latency_seconds\` | how long work waits for a worker; it grows if there are too few |
| \`temporal_worker_task_slots_available\`, \`temporal_worker_task_slots_used\` | free slots, by \`worker_type\`; slots in use now |
| \`temporal_workflow_task_execution_failed_total\` | workflow code that cannot continue, for example after an incompatible upgrade |
| \`temporal_request_failure_total\` | calls to the Temporal server that failed |
| \`temporal_sticky_cache_size\` | workflows kept in memory |
`;

const formerNames = `## Names of the pgroles operator

| pgroles | here |
| --- | --- |
| \`pgroles.reconcile.total\` | \`pgwarden_reconciles_total\` |
| \`pgroles.reconcile.duration\` (ms) | \`pgwarden_check_duration_seconds\`, \`pgwarden_diff_duration_seconds\`, \`pgwarden_apply_duration_seconds\` |
| \`pgroles.reconcile.inflight\` | \`temporal_worker_task_slots_used\` |
| \`pgroles.plan.total\` | \`pgwarden_plans_total\` |
| \`pgroles.plan.changes\`, \`pgroles.apply.statements\` | \`pgwarden_changes_applied_total\` |
| \`pgroles.lock_contention.total\` | \`pgwarden_failures_total{code="LockContention"}\` |
| \`pgroles.policy.conflicts\` | \`pgwarden_policies{phase="Conflict"}\`, \`pgwarden_reconciles_total{result="conflict"}\` |
| \`pgroles.invalid_spec.total\` | \`pgwarden_failures_total{code="InvalidSpec"}\` |
| \`pgroles.database.connection_failures\` | \`pgwarden_failures_total{code=~"DatabaseConnectionFailed\\|DatabaseAuthenticationFailed"}\` |
| \`pgroles.apply.total\` | \`pgwarden_apply_duration_seconds_count\`, by \`result\` |
`;

const processes = [
  ['worker', 'Worker'],
  ['watcher', 'Watcher'],
  ['both', 'Both processes'],
] as const;

/** The Markdown page about every metric. */
export function metricsReference(): string {
  const sections = processes.map(([exportedBy, title]) => {
    const rows = Object.values<Metric>(metrics).filter((each) => each.exportedBy === exportedBy);
    const head = '| name | kind | meaning | labels |\n| --- | --- | --- | --- |';
    return `## ${title}\n\n${head}\n${rows.map(row).join('\n')}\n`;
  });
  return [introduction, ...sections, temporal, formerNames].join('\n');
}

function row({ name, kind, description, labels }: Metric): string {
  const meanings = Object.entries(labels).map(([label, meaning]) => `\`${label}\`: ${meaning}`);
  return `| \`${name}\` | ${kind} | ${description} | ${meanings.join('; ')} |`;
}
