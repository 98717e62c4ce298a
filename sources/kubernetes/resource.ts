/** The custom resource a policy is in Kubernetes: the same names as in a policy file. */
export const policyResource = {
  group: 'pgroles.io',
  version: 'v1alpha1',
  kind: 'PostgresPolicy',
  plural: 'postgrespolicies',
  singular: 'postgrespolicy',
} as const;

/** What its objects say of themselves, and references to them. */
export const policyType = {
  apiVersion: `${policyResource.group}/${policyResource.version}`,
  kind: policyResource.kind,
} as const;
