import { firstOrdinaryOid } from '../../catalog/first-ordinary-oid.ts';

/**
 * SQL that finds functions of PostgreSQL or an extension that run arbitrary code, or act, with the rights of their
 * caller. pg_depend has no rows from an expression to functions that come with PostgreSQL, so the expressions
 * themselves are read.
 */

const list = (...names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/**
 * These functions read relations, or call the input functions of types, that are named at run time. They are not
 * volatile.
 */
const indirect = list(
  'array_in',
  'array_recv',
  'domain_in',
  'domain_recv',
  'multirange_in',
  'multirange_recv',
  'pg_input_error_info',
  'pg_input_is_valid',
  'range_in',
  'range_recv',
  'record_in',
  'record_recv',
);

/** Volatile functions that are usual in defaults. Other volatile functions run text, or act with the owner's rights. */
const harmless = list(
  'array_sample',
  'array_shuffle',
  'clock_timestamp',
  'current_query',
  'currval',
  'gen_random_uuid',
  'lastval',
  'nextval',
  'pg_current_wal_lsn',
  'pg_current_xact_id',
  'pg_is_in_recovery',
  'random',
  'random_normal',
  'setseed',
  'timeofday',
  'txid_current',
  'uuidv4',
  'uuidv7',
);

/** PostgreSQL records no dependency on the return type of an SQL/JSON function. It can be a domain of another role. */
const returnsOwnType = (nodes: string): string => `EXISTS (
             SELECT FROM pg_catalog.regexp_matches(${nodes}, ':typid ([0-9]+)', 'g') AS returned (oid)
              WHERE returned.oid[1]::oid >= ${String(firstOrdinaryOid)})`;

const callsSystemCode = (nodes: string): string => `EXISTS (
             SELECT FROM pg_catalog.regexp_matches(${nodes}, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([0-9]+)', 'g') AS called (oid)
               JOIN pg_catalog.pg_proc f ON f.oid = called.oid[1]::oid
              WHERE f.pronamespace = 'pg_catalog'::regnamespace
                AND (pg_catalog.strpos(f.proname, '_to_xml') > 0 OR f.proname IN (${indirect})
                     OR f.provolatile = 'v' AND f.proname NOT IN (${harmless})))`;

/** SQL condition: an expression, in the form that the catalog stores, calls such a function of PostgreSQL. */
export const runsSystemCode = (nodes: string): string =>
  `(${callsSystemCode(nodes)} OR ${returnsOwnType(nodes)})`;

/** The row that has an expression is its object, except for an index and the partition key of a table. */
const inCatalog = (catalog: string, nodes: string, oid = 'd.oid', owner = catalog): string => `
           SELECT 'pg_catalog.${owner}'::regclass::oid, ${oid}, ${nodes} FROM pg_catalog.${catalog} d`;

/** SELECT of the `classid`, `objid` and text of the expressions in a database. */
export const expressions = [
  inCatalog('pg_attrdef', 'd.adbin::text'),
  `${inCatalog('pg_constraint', 'd.conbin::text')} WHERE d.conbin IS NOT NULL`,
  `${inCatalog('pg_type', 'd.typdefaultbin::text')} WHERE d.typdefaultbin IS NOT NULL`,
  `${inCatalog('pg_index', 'pg_catalog.concat(d.indexprs, d.indpred)', 'd.indexrelid', 'pg_class')}
            WHERE d.indexprs IS NOT NULL OR d.indpred IS NOT NULL`,
  `${inCatalog('pg_trigger', 'd.tgqual::text')} WHERE d.tgqual IS NOT NULL`,
  `${inCatalog('pg_partitioned_table', 'd.partexprs::text', 'd.partrelid', 'pg_class')} WHERE d.partexprs IS NOT NULL`,
  inCatalog('pg_policy', 'pg_catalog.concat(d.polqual, d.polwithcheck)'),
].join(`
            UNION ALL`);

/**
 * These extensions have functions that are not volatile and run text, or triggers that insert their arguments into SQL
 * or remove large objects.
 */
const unsafeExtensions = list('lo', 'refint', 'tablefunc', 'xml2');

/**
 * Whether a function, with row `f`, belongs to an extension and cannot run SQL that its caller chooses. A volatile one
 * that takes text may run it, as functions of dblink do.
 */
export const isOfSafeExtension = (f: string): string => `EXISTS (
               SELECT FROM pg_catalog.pg_depend e
                 JOIN pg_catalog.pg_extension x ON x.oid = e.refobjid
                WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = ${f}.oid AND e.deptype = 'e'
                  AND x.extname NOT IN (${unsafeExtensions})
                  AND NOT (${f}.provolatile = 'v' AND EXISTS (
                            SELECT FROM pg_catalog.unnest(${f}.proargtypes) a (oid)
                              JOIN pg_catalog.pg_type t ON t.oid = a.oid AND t.typcategory = 'S')))`;
