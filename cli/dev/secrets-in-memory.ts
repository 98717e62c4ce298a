import { randomUUID } from 'node:crypto';
import type { PolicySource, SecretRecord } from '../../sources/source.ts';

/** Secret names with their keys and values. They exist in every namespace. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A source with additional Secrets, which take precedence over its own. They are kept only in memory. */
export function withSecrets<S extends PolicySource>(source: S, values: SecretValues): S {
  const secrets = new Map(
    Object.entries(values).map(([name, entries]) => [name, secretRecord(entries)]),
  );
  return {
    ...source,
    readSecret: (ref) => {
      const own = secrets.get(ref.name);
      return own === undefined ? source.readSecret(ref) : Promise.resolve(own);
    },
  };
}

/** The version is random in each process, so it reveals nothing about the values. */
function secretRecord(entries: Readonly<Record<string, string>>): SecretRecord {
  const data = new Map(Object.entries(entries).map(([key, text]) => [key, Buffer.from(text)]));
  return { version: randomUUID(), data };
}
