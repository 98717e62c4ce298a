import { readFileSync } from 'node:fs';
import pg from 'pg';
import { quoteIdentifier } from '../../core/sql.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../postgres/target.ts';
import type { Actor, Manifest } from './manifests.ts';
import { schemas } from './names.ts';

/** A server of its own with one database, brought back to the same state before each pair of manifests. */
export interface Ground {
  /** The same objects again, owned by whoever connects, with no role but those that are always there. */
  reset(actor: Actor): Promise<Database>;
  /** Runs it as a superuser, or as a role. Whatever PostgreSQL refuses is let be. */
  interfere(sql: string, role: string | undefined): Promise<void>;
  /** Keeps what the server says now, for the oracle to compare with. */
  remember(): Promise<void>;
  /** What the oracle finds wrong after the manifest was applied over what was remembered. */
  differences(manifest: Manifest, actor: Actor): Promise<unknown[]>;
  close(): Promise<void>;
}

const database = 'property';
const password = 'property';
const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

export async function openGround(major: PostgresMajor): Promise<Ground> {
  const server = await startPostgres({ major, durable: false });
  const url = new URL(server.url);
  const root = new pg.Client({ connectionString: url.href });
  await root.connect();
  await root.query(`CREATE ROLE manager LOGIN CREATEROLE PASSWORD '${password}'`);
  await root.query(`CREATE DATABASE ${database}`);
  await root.end();
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(catalog(major));
  await client.query(
    'SET jit = off; SET enable_nestloop = off; SET enable_mergejoin = off; SET work_mem = 65536',
  ); // the oracle joins what has no statistics
  const asManager = new URL(url);
  Object.assign(asManager, { username: 'manager', password });
  const databases = {
    postgres: openDatabase(targetFromUrl(url.href)),
    manager: openDatabase(targetFromUrl(asManager.href)),
  };
  const oracle = read('oracle.sql');
  return {
    async reset(actor) {
      await client.query(resetSql(actor));
      return databases[actor];
    },
    async interfere(sql, role) {
      const become = role === undefined ? '' : `SET LOCAL ROLE ${quoteIdentifier(role)};`;
      await client.query(`BEGIN; ${become} ${sql}; COMMIT`).catch(async (error: unknown) => {
        await client.query('ROLLBACK');
        if (!(error instanceof pg.DatabaseError)) throw error;
      });
    },
    async remember() {
      await client.query(rememberSql);
    },
    async differences(manifest, actor) {
      const { rows } = await client.query<Record<string, unknown>>(oracle, [
        JSON.stringify(manifest),
        actor,
      ]);
      return rows;
    },
    async close() {
      await Promise.all([client.end(), databases.postgres.close(), databases.manager.close()]);
      await server.stop();
    },
  };
}

function catalog(major: PostgresMajor): string {
  return read('catalog.sql')
    .replace('{inherit}', major >= 16 ? 'a.inherit_option' : 'm.rolinherit')
    .replace('{set}', major >= 16 ? 'a.set_option' : 'true');
}

const kept = ['object', 'acl', 'default', 'member', 'role', 'setting'];

const rememberSql = kept
  .map((name) => `TRUNCATE ${name}_before; INSERT INTO ${name}_before SELECT * FROM ${name}_now`)
  .join(';\n');

/** Everything that was there goes, whoever owns it. */
const emptySql = `
DO $do$ DECLARE it record; BEGIN
  FOR it IN SELECT nspname FROM place WHERE nspname <> 'public' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', it.nspname);
  END LOOP;
  FOR it IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' LOOP
    EXECUTE format('DROP OWNED BY %I CASCADE', it.rolname);
  END LOOP;
  FOR it IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', 'manager') LOOP
    EXECUTE format('DROP ROLE %I', it.rolname);
  END LOOP;
  UPDATE pg_database SET datacl = NULL WHERE datname = current_database();
END $do$;
DROP FOREIGN DATA WRAPPER IF EXISTS universe_wrapper CASCADE;`;

function resetSql(actor: Actor): string {
  return `${emptySql}
ALTER DATABASE ${database} OWNER TO ${actor};
CREATE ROLE keeper; CREATE ROLE outsider; CREATE ROLE team;
GRANT keeper, team TO manager WITH ADMIN OPTION;
CREATE FOREIGN DATA WRAPPER universe_wrapper;
CREATE SERVER universe_server FOREIGN DATA WRAPPER universe_wrapper;
GRANT USAGE ON FOREIGN SERVER universe_server TO keeper, manager;
GRANT CREATE ON DATABASE ${database} TO PUBLIC;
${schemas.map((schema) => schemaSql(schema, schema === 'shop' ? 'keeper' : actor)).join('\n')}`;
}

function schemaSql(name: string, owner: string): string {
  const schema = quoteIdentifier(name);
  const objects = name === 'void' ? '' : universe;
  return `
CREATE SCHEMA ${schema} AUTHORIZATION ${owner};
GRANT CREATE ON SCHEMA ${schema} TO PUBLIC;
SET SESSION AUTHORIZATION ${owner};
SET search_path = ${schema};
${objects}
RESET SESSION AUTHORIZATION;
RESET search_path;`;
}

const universe = read('universe.sql');
