import { randomUUID } from 'node:crypto';
import type { PolicySource, SecretRecord } from '../../sources/source.ts';

/** Secret name to its keys, in every namespace. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A source that has these Secrets besides its own, and before them. They are written nowhere. */
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

/** The version tells nothing of the values: it is another one in each process. */
function secretRecord(entries: Readonly<Record<string, string>>): SecretRecord {
  const data = new Map(Object.entries(entries).map(([key, text]) => [key, Buffer.from(text)]));
  return { version: randomUUID(), data };
}
