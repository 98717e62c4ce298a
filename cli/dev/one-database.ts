import type { PolicyRecord, PolicySource } from '../../sources/source.ts';
import { withSecrets } from './secrets-in-memory.ts';

const secretName = 'pgwarden-dev-database-url';
const secretKey = 'DATABASE_URL';

/** A source whose policies all connect to one database instead of the database they name. */
export function withOneDatabase<S extends PolicySource>(source: S, databaseUrl: string): S {
  const redirected = {
    ...source,
    async readPolicy(ref: PolicyRecord['ref']) {
      const record = await source.readPolicy(ref);
      return record === undefined ? undefined : redirect(record);
    },
  };
  return withSecrets(redirected, { [secretName]: { [secretKey]: databaseUrl } });
}

function redirect(record: PolicyRecord): PolicyRecord {
  if ('refusal' in record.content) return record;
  const { spec, graph } = record.content;
  const connection = { secretRef: { name: secretName }, secretKey };
  return { ...record, content: { graph, spec: { ...spec, connection } } };
}
