import type { Bench } from './bench.ts';

/** A policy, its connection Secret, and further YAML below `spec`, indented by two. */
export function policyYaml(bench: Bench, name: string, url: string, spec: string): string {
  return `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata:
  name: ${name}
  namespace: ${bench.namespace}
spec:
  connection:
    secretRef:
      name: ${name}-connection
${spec}
---
apiVersion: v1
kind: Secret
metadata:
  name: ${name}-connection
  namespace: ${bench.namespace}
stringData:
  DATABASE_URL: ${JSON.stringify(url)}
`;
}
