/** Columns of `kubectl get postgrespolicies`. Those with priority 1 appear only with `-o wide`. */
export const columns = [
  { name: 'Ready', type: 'string', jsonPath: conditionPath('Ready', 'status') },
  { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
  { name: 'Recon', type: 'string', jsonPath: '.spec.reconciliation_mode', priority: 1 },
  { name: 'Drift', type: 'string', jsonPath: conditionPath('Drifted', 'status') },
  { name: 'Changes', type: 'integer', jsonPath: '.status.change_summary.total' },
  { name: 'Last Reconcile', type: 'date', jsonPath: '.status.last_successful_reconcile_time' },
  { name: 'Reason', type: 'string', jsonPath: conditionPath('Ready', 'reason'), priority: 1 },
  {
    name: 'Database',
    type: 'string',
    jsonPath: '.status.managed_database_identity',
    priority: 1,
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
] as const;

function conditionPath(type: string, field: 'status' | 'reason'): string {
  return `.status.conditions[?(@.type=="${type}")].${field}`;
}
