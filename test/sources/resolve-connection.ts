import { parseDocuments } from '../../core/document/document.ts';
import { resolveConnection, type ResolvedConnection } from '../../sources/connection.ts';
import type { PolicyRecord, SecretRecord } from '../../sources/source.ts';
import { shop } from './directory.ts';

/** Content of Secrets in namespace shop, by name and key. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string | Buffer>>>>;

function secretsOf(secrets: Secrets) {
  const records = new Map<string, SecretRecord>(
    Object.entries(secrets).map(([name, entries]) => {
      const data = Object.entries(entries).map(
        ([key, value]) => [key, Buffer.from(value)] as const,
      );
      return [`shop/${name}`, { version: `version of ${name}`, data: new Map(data) }];
    }),
  );
  return {
    readSecret: ({ namespace, name }: { namespace: string; name: string }) =>
      Promise.resolve(records.get(`${namespace}/${name}`)),
  };
}

/** A policy with that connection. Throws its Refusal if it is invalid. */
export function policyWith(
  connection: string,
): Extract<PolicyRecord['content'], { spec: unknown }> {
  const text = `
apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: main, namespace: shop }
spec: { connection: ${connection} }`;
  const [document] = parseDocuments(text, 'policy.yaml');
  if (document?.kind === 'invalid') throw document.refusal;
  if (document?.kind !== 'policy') throw new Error('not a policy');
  return { spec: document.spec, graph: document.graph };
}

/** The target of that connection. */
export function resolve(connection: string, secrets: Secrets = {}): Promise<ResolvedConnection> {
  const content = policyWith(connection);
  return resolveConnection(secretsOf(secrets), { ref: shop('main'), content });
}
