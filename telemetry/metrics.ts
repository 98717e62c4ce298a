import type { Metric } from './metric.ts';

/** A check without changes takes a few milliseconds, one that loses its server some seconds. */
const checkBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Plans and applies range from one role to 100,000 tables. */
const workBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

const policyLabels = {
  policy_namespace: 'namespace of the policy',
  policy: 'name of the policy',
};

const result = (results: string) => ({ result: `the result: ${results}` });

const failures = 'failure class (`refused`, `transient`, `contention`)';

/**
 * Every metric of the product. docs/metrics.md is generated from this, and only the metrics of Temporal's SDK are
 * exported in addition. Labels have few values, and never contain a secret, SQL or a host name.
 */
export const metrics = {
  reconciles: {
    name: 'pgwarden_reconciles_total',
    kind: 'counter',
    exportedBy: 'worker',
    description: 'Reconciles of policies, by result.',
    labels: result(
      `\`unchanged\` (one check was enough), \`in_sync\` (a full diff found nothing), \`applied\`, \`planned\` (\`mode: plan\`, with changes pending), \`suspended\`, \`stale\` (something changed in the meantime; pgwarden checks again within seconds), \`gone\` (the policy was deleted), \`conflict\` (reported once), or the ${failures}`,
    ),
  },
  failures: {
    name: 'pgwarden_failures_total',
    kind: 'counter',
    exportedBy: 'worker',
    description:
      'Failed attempts to check, claim, diff or apply, by error code. Conflicts between policies count when they are reported.',
    labels: {
      code: 'error code, see docs/errors.md',
      class: 'failure class, which decides about retries: `refused`, `transient`, `contention`',
    },
  },
  checkDuration: {
    name: 'pgwarden_check_duration_seconds',
    kind: 'histogram',
    unit: 's',
    exportedBy: 'worker',
    description:
      'Time of one check of policy and database. If nothing has changed, this is the whole reconcile.',
    labels: result(
      `\`unchanged\`, \`differs\`, \`suspended\`, \`gone\`, \`cancelled\`, or the ${failures}`,
    ),
    buckets: checkBuckets,
  },
  diffDuration: {
    name: 'pgwarden_diff_duration_seconds',
    kind: 'histogram',
    unit: 's',
    exportedBy: 'worker',
    description: 'Time to read the catalog and make the plan.',
    labels: result(`\`planned\`, \`stale\`, \`gone\`, \`cancelled\`, or the ${failures}`),
    buckets: workBuckets,
  },
  applyDuration: {
    name: 'pgwarden_apply_duration_seconds',
    kind: 'histogram',
    unit: 's',
    exportedBy: 'worker',
    description:
      'Time of an apply: plan, transaction, and the second diff, which must be empty. Excludes the time in the queue.',
    labels: result(
      `\`applied\`, \`due\` (steps come first), \`stale\`, \`gone\`, \`cancelled\`, or the ${failures}`,
    ),
    buckets: workBuckets,
  },
  stepDuration: {
    name: 'pgwarden_step_duration_seconds',
    kind: 'histogram',
    unit: 's',
    exportedBy: 'worker',
    description: 'Time of a step that is committed before an apply, for example for a retirement.',
    labels: result(`\`done\`, \`stale\`, \`gone\`, \`cancelled\`, or the ${failures}`),
    buckets: workBuckets,
  },
  runningActivities: {
    name: 'pgwarden_running_activities',
    kind: 'gauge',
    exportedBy: 'worker',
    description: 'Activity attempts that are running in this worker, by kind.',
    labels: { activity: 'kind of the activity, such as `check`, `diff`, `apply`' },
  },
  oldestActivity: {
    name: 'pgwarden_oldest_activity_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'worker',
    description:
      'Age of the oldest running attempt of an activity, by kind. An apply or a step may take 10 minutes, everything else 2: an older attempt is stuck. Liveness fails after 30 minutes.',
    labels: { activity: 'kind of the activity, such as `check`, `diff`, `apply`' },
  },
  plans: {
    name: 'pgwarden_plans_total',
    kind: 'counter',
    exportedBy: 'worker',
    description: 'Full diffs, by result.',
    labels: { result: '`drift` (there is something to change), `clean`' },
  },
  changes: {
    name: 'pgwarden_changes_applied_total',
    kind: 'counter',
    exportedBy: 'worker',
    description:
      'Changes committed to databases, by kind. Changes made by steps before an apply appear only in the Temporal history.',
    labels: { kind: 'a key of `status.change_summary`, such as `grants_added`' },
  },
  lastSuccess: {
    name: 'pgwarden_policy_last_success_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'worker',
    description:
      'When this worker last found or made the database equal to the policy (Unix time). Several workers may check a policy in turn: use `max`.',
    labels: policyLabels,
  },
  interval: {
    name: 'pgwarden_policy_interval_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'worker',
    description: 'Interval of the policy, to compare the age of its last success with.',
    labels: policyLabels,
  },
  policiesWithoutSeries: {
    name: 'pgwarden_policies_without_series',
    kind: 'gauge',
    exportedBy: 'worker',
    description:
      'Policies of this worker without their own series, because there are more than PGWARDEN_METRICS_PER_POLICY.',
    labels: {},
  },
  policies: {
    name: 'pgwarden_policies',
    kind: 'gauge',
    exportedBy: 'watcher',
    description:
      'Running policy workflows, by phase. The leading watcher counts them at every resync (once a minute). `Drifted` are the drifted policies.',
    labels: {
      phase:
        '`Pending`, `Ready`, `Drifted`, `Failing`, `Conflict`, `Suspended`; `Unknown` if the search attributes are not registered',
    },
  },
  watched: {
    name: 'pgwarden_watcher_policies',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: 'Policies in the source, counted at every resync.',
    labels: {},
  },
  signals: {
    name: 'pgwarden_watcher_signals_total',
    kind: 'counter',
    exportedBy: 'watcher',
    description: 'Signals sent to policy workflows.',
    labels: { kind: '`policy` (start it if it does not run), `orphan` (its policy is gone)' },
  },
  watcherFailures: {
    name: 'pgwarden_watcher_failures_total',
    kind: 'counter',
    exportedBy: 'watcher',
    description: 'Tasks of the watcher that failed and were queued again.',
    labels: { task: '`policy`, `secret`, `orphan`, `resync`' },
  },
  watchRestarts: {
    name: 'pgwarden_watcher_watch_restarts_total',
    kind: 'counter',
    exportedBy: 'watcher',
    description: 'Watches of the Kubernetes API that failed and were restarted.',
    labels: { code: 'error code, see docs/errors.md' },
  },
  leader: {
    name: 'pgwarden_watcher_leader',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: '1 while this watcher leads, otherwise 0.',
    labels: {},
  },
  namespaces: {
    name: 'pgwarden_namespaces',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: 'Namespaces by state, from the leading watcher.',
    labels: { state: '`Pending`, `RBACMissing`, `Running`, `Draining`, `Gone`' },
  },
  namespaceMode: {
    name: 'pgwarden_namespace_mode',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: '1 for the current namespace mode, 0 for the others.',
    labels: { mode: '`all`, `dynamic`, `readonly`, `disabled`' },
  },
  corrections: {
    name: 'pgwarden_rbac_corrections_total',
    kind: 'counter',
    exportedBy: 'watcher',
    description: 'Roles and RoleBindings in namespaces that were created or corrected.',
    labels: {},
  },
  build: {
    name: 'pgwarden_build_info',
    kind: 'gauge',
    exportedBy: 'both',
    description: 'Always 1.',
    labels: { version: 'of pgwarden' },
  },
  residentMemory: {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    unit: 'By',
    exportedBy: 'both',
    description: 'Resident memory of the process.',
    labels: {},
  },
  heapUsed: {
    name: 'nodejs_heap_size_used_bytes',
    kind: 'gauge',
    unit: 'By',
    exportedBy: 'both',
    description: 'JavaScript heap in use.',
    labels: {},
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    unit: 's',
    exportedBy: 'both',
    description: 'CPU time of the process, user and system.',
    labels: {},
  },
  eventLoopDelay: {
    name: 'nodejs_eventloop_lag_max_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'both',
    description:
      'Longest time in the last one to two minutes that JavaScript kept other work of the process waiting. pgwarden yields after 20 ms of planning.',
    labels: {},
  },
  started: {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'both',
    description: 'When the process started (Unix time).',
    labels: {},
  },
} as const satisfies Record<string, Metric>;
