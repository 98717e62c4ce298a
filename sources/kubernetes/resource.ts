/** The custom resource of a policy; its fields have the same names as in a policy file. */
export const policyResource = {
  group: 'pgroles.io',
  version: 'v1alpha1',
  kind: 'PostgresPolicy',
  plural: 'postgrespolicies',
  singular: 'postgrespolicy',
} as const;

/** The type of its objects and of references to them. */
export const policyType = {
  apiVersion: `${policyResource.group}/${policyResource.version}`,
  kind: policyResource.kind,
} as const;
