import { connectionSecretNames } from '../core/manifest/connection.ts';
import type { PasswordSource } from '../core/graph.ts';
import type { PolicyRecord, PolicySource } from './source.ts';

/** Names of the Secrets that a policy uses, sorted: for its connection, its passwords, and those it generates. */
export function secretsUsed(content: PolicyRecord['content']): readonly string[] {
  if ('refusal' in content) return [];
  const passwords = content.graph.roles.flatMap(({ password }) => passwordSecrets(password));
  return [...new Set([...connectionSecretNames(content.spec.connection), ...passwords])].sort();
}

/** Version of a Secret that does not exist. */
export const missingSecret = 'missing';

/**
 * The version of every Secret that a policy uses, by name, `missing` for one that does not exist. It is equal while
 * nothing changes, and cheap enough for every check.
 */
export async function secretVersions(
  source: PolicySource,
  { ref, content }: PolicyRecord,
): Promise<Readonly<Record<string, string>>> {
  const read = secretsUsed(content).map(async (name) => {
    const secret = await source.readSecret({ namespace: ref.namespace, name });
    return [name, secret?.version ?? missingSecret] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** The Secret that contains a password. */
export function passwordSecrets(password: PasswordSource | undefined): readonly string[] {
  return password === undefined || password.from === 'env' ? [] : [password.name];
}
