import pg from 'pg';
import { parseDocuments } from '../core/document/document.ts';
import type { Intent } from '../postgres/contract.ts';

/** Schemas with ten tables, two sequences and two functions each, and two roles for each schema. */
export interface Workload {
  readonly schemas: number;
  readonly tablesPerSchema: number;
}

/** The manifest of a workload, as YAML. */
export function manifestFor({ schemas }: Workload): string {
  return JSON.stringify({
    default_owner: 'bench_owner',
    roles: [{ name: 'bench_owner' }],
    profiles: {
      editor: profile(['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
      viewer: profile(['SELECT']),
    },
    schemas: names(schemas).map((name) => ({ name, profiles: ['editor', 'viewer'] })),
  });
}

export function intentFor(workload: Workload): Intent {
  const [document] = parseDocuments(manifestFor(workload), 'bench');
  if (document?.kind !== 'manifest') throw new Error('the benchmark manifest is wrong');
  return {
    graph: document.graph,
    mode: 'authoritative',
    passwordVersions: {},
    appliedPasswords: {},
  };
}

function profile(table: readonly string[]): object {
  return {
    grants: [
      { privileges: ['USAGE'], object: { type: 'schema' } },
      { privileges: table, object: { type: 'table', name: '*' } },
      { privileges: ['USAGE', 'SELECT'], object: { type: 'sequence', name: '*' } },
      { privileges: ['EXECUTE'], object: { type: 'function', name: '*' } },
    ],
    default_privileges: [{ privileges: table, on_type: 'table' }],
  };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `s${String(index).padStart(4, '0')}`);
}

/** Creates the objects in a new database, as superuser. */
export async function createObjects(
  url: string,
  { schemas, tablesPerSchema }: Workload,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const schema of names(schemas)) {
    const tables = Array.from(
      { length: tablesPerSchema },
      (_, index) => `CREATE TABLE ${schema}.t${String(index)} (id int)`,
    );
    const rest = [1, 2].flatMap((index) => [
      `CREATE SEQUENCE ${schema}.q${String(index)}`,
      `CREATE FUNCTION ${schema}.f${String(index)}(a int) RETURNS int LANGUAGE sql AS 'SELECT a'`,
    ]);
    await client.query([`CREATE SCHEMA ${schema}`, ...tables, ...rest].join(';'));
  }
  await client.query('ANALYZE');
  await client.end();
}
