import { readFileSync } from 'node:fs';
import pg from 'pg';
import { quoteIdentifier } from '../../core/sql.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import type { Actor, Manifest } from './manifests.ts';
import { languages, parameters, schemas, tablespace, wrappers } from './names.ts';

/** A server with one database that returns to the same state before each pair of manifests. */
export interface Ground {
  /** The same objects again, owned by the connected role, with only the roles that always exist. */
  reset(actor: Actor): Promise<Database>;
  /** Runs SQL as a superuser, or as a role. Refused statements are ignored. */
  interfere(sql: string, role: string | undefined): Promise<void>;
  /** Stores the state of the server, for the oracle to compare with. */
  remember(): Promise<void>;
  /** The differences that the oracle finds after the manifest was applied to the stored state. */
  differences(manifest: Manifest, actor: Actor): Promise<unknown[]>;
  close(): Promise<void>;
}

const database = 'property';
const password = 'property';
const space = quoteIdentifier(tablespace);
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
  await client.query(forMajor(read('catalog.sql'), major));
  await client.query('SET allow_in_place_tablespaces = on');
  await client.query(`CREATE TABLESPACE ${space} LOCATION ''`);
  await client.query(
    'SET jit = off; SET enable_nestloop = off; SET enable_mergejoin = off; SET work_mem = 65536',
  ); // the oracle joins tables without statistics
  const asManager = new URL(url);
  Object.assign(asManager, { username: 'manager', password });
  const databases = {
    postgres: openDatabase(targetFromUrl(url.href)),
    manager: openDatabase(targetFromUrl(asManager.href)),
  };
  const oracle = forMajor(read('oracle.sql'), major);
  return {
    async reset(actor) {
      await client.query(resetSql(actor, major));
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

/** For each feature of a version, SQL that replaces it in earlier versions. */
function forMajor(sql: string, major: PostgresMajor): string {
  return sql.replaceAll(
    /\{(\d+): (.+?) ELSE (.+?)\}/g,
    (_all, since: string, there: string, before: string) =>
      major >= Number(since) ? there : before,
  );
}

const kept = ['object', 'acl', 'default', 'member', 'role', 'setting'];

const rememberSql = kept
  .map((name) => `TRUNCATE ${name}_before; INSERT INTO ${name}_before SELECT * FROM ${name}_now`)
  .join(';\n');

/** Drops everything, whatever its owner. */
const emptySql = `
ALTER TABLESPACE ${space} OWNER TO postgres;
SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
${languages.map((name) => `DROP LANGUAGE IF EXISTS ${quoteIdentifier(name)} CASCADE;`).join('\n')}
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
  UPDATE pg_tablespace SET spcacl = NULL;
END $do$;
DROP FOREIGN DATA WRAPPER IF EXISTS ${wrappers.map(quoteIdentifier).join(', ')} CASCADE;`;

/**
 * A role that is no superuser manages parameters with the grant option, because they belong to the bootstrap superuser.
 */
const parametersSql = `
GRANT SET, ALTER SYSTEM ON PARAMETER ${parameters.join(', ')} TO manager WITH GRANT OPTION;`;

function resetSql(actor: Actor, major: PostgresMajor): string {
  return `${emptySql}
ALTER DATABASE ${database} OWNER TO ${actor};
CREATE ROLE keeper; CREATE ROLE outsider; CREATE ROLE team;
GRANT keeper, team TO manager WITH ADMIN OPTION;
${outside.replaceAll('{actor}', actor)}${major >= 15 ? parametersSql : ''}
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
const outside = read('outside.sql');
