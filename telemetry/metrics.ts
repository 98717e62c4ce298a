import type { Metric } from './metric.ts';

/** A no-op check is a few milliseconds, a check that loses its server some seconds. */
const checkBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Plans and applies go from one role to 100,000 tables. */
const workBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

const policyLabels = {
  policy_namespace: 'namespace of the policy',
  policy: 'name of the policy',
};

const result = (results: string) => ({ result: `how it ended: ${results}` });

const failures = 'class of its failure (`refused`, `transient`, `contention`)';

/**
 * Every metric of the product. docs/metrics.md is made from this, and nothing else is exported but what Temporal's SDK
 * measures. Labels have few values, and never a secret, SQL or a host's name.
 */
export const metrics = {
  reconciles: {
    name: 'pgwarden_reconciles_total',
    kind: 'counter',
    exportedBy: 'worker',
    description: 'Reconciles of policies, by how they ended.',
    labels: result(
      `\`unchanged\` (one look was enough), \`in_sync\` (a full diff found nothing), \`applied\`, \`planned\` (\`mode: plan\`, with changes pending), \`suspended\`, \`stale\` (something changed meanwhile, looked at again within seconds), \`gone\` (the policy was deleted), \`conflict\` (reported once), or the ${failures}`,
    ),
  },
  failures: {
    name: 'pgwarden_failures_total',
    kind: 'counter',
    exportedBy: 'worker',
    description:
      'Failed attempts to check, claim, diff or apply, by code of docs/errors.md; conflicts between policies when they are reported.',
    labels: {
      code: 'as in docs/errors.md',
      class: 'when it is tried again: `refused`, `transient`, `contention`',
    },
  },
  checkDuration: {
    name: 'pgwarden_check_duration_seconds',
    kind: 'histogram',
    unit: 's',
    exportedBy: 'worker',
    description:
      'Time of one look at policy and database, which is all a reconcile is when nothing happened.',
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
      'Time of an apply: plan, transaction, and the second diff that must be empty. Not the time in the queue.',
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
    description: 'Time of a step that is committed ahead of an apply, as for a retirement.',
    labels: result(`\`done\`, \`stale\`, \`gone\`, \`cancelled\`, or the ${failures}`),
    buckets: workBuckets,
  },
  runningActivities: {
    name: 'pgwarden_running_activities',
    kind: 'gauge',
    exportedBy: 'worker',
    description: 'Attempts of activities that run in this worker now, by kind.',
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
    description: 'Full diffs, by what they found.',
    labels: { result: '`drift` (there is something to change), `clean`' },
  },
  changes: {
    name: 'pgwarden_changes_applied_total',
    kind: 'counter',
    exportedBy: 'worker',
    description:
      'Changes committed to databases, by kind. What steps ahead of an apply do is in the Temporal history only.',
    labels: { kind: 'a key of `status.change_summary`, such as `grants_added`' },
  },
  lastSuccess: {
    name: 'pgwarden_policy_last_success_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'worker',
    description:
      'When this worker last saw the database as the policy wants it, or made it so (Unix time). Several workers may look after a policy in turn: take the `max`.',
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
      'Policies this worker looks after beyond PGWARDEN_METRICS_PER_POLICY, which have no series of their own.',
    labels: {},
  },
  policies: {
    name: 'pgwarden_policies',
    kind: 'gauge',
    exportedBy: 'watcher',
    description:
      'Running policy workflows, by phase. Counted at every resync (a minute), by the watcher that leads. `Drifted` are the drifted policies.',
    labels: {
      phase:
        '`Pending`, `Ready`, `Drifted`, `Failing`, `Conflict`, `Suspended`; `Unknown` where the search attributes are not registered',
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
    description: 'Tasks of the watcher that failed and were put back.',
    labels: { task: '`policy`, `secret`, `orphan`, `resync`' },
  },
  watchRestarts: {
    name: 'pgwarden_watcher_watch_restarts_total',
    kind: 'counter',
    exportedBy: 'watcher',
    description: 'Watches of the Kubernetes API that failed and were begun anew.',
    labels: { code: 'of the failure, as in docs/errors.md' },
  },
  leader: {
    name: 'pgwarden_watcher_leader',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: '1 while this watcher is the one that works, else 0.',
    labels: {},
  },
  namespaces: {
    name: 'pgwarden_namespaces',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: 'Namespaces by how it stands with them, of the watcher that works.',
    labels: { state: '`Pending`, `RBACMissing`, `Running`, `Draining`, `Gone`' },
  },
  namespaceMode: {
    name: 'pgwarden_namespace_mode',
    kind: 'gauge',
    exportedBy: 'watcher',
    description: '1 for the mode in which namespaces are found, 0 for the others.',
    labels: { mode: '`all`, `dynamic`, `readonly`, `disabled`' },
  },
  corrections: {
    name: 'pgwarden_rbac_corrections_total',
    kind: 'counter',
    exportedBy: 'watcher',
    description: 'Roles and RoleBindings in namespaces that were made or corrected.',
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
  started: {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    unit: 's',
    exportedBy: 'both',
    description: 'When the process started (Unix time).',
    labels: {},
  },
} as const satisfies Record<string, Metric>;
