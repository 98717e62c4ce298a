/** The custom resource a policy is in Kubernetes: the same names as in a policy file. */
export const policyResource = {
  group: 'pgroles.io',
  version: 'v1alpha1',
  kind: 'PostgresPolicy',
  plural: 'postgrespolicies',
  singular: 'postgrespolicy',
} as const;
