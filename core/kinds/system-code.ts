import { firstOrdinaryOid } from '../inspect/first-ordinary-oid.ts';

/**
 * SQL about functions that PostgreSQL or an extension brings, and that run any code, or do something, with the rights of
 * whoever calls them. No dependency leads from an expression to what PostgreSQL itself brings: the expressions are read.
 */

const list = (...names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/** They read relations, or call the input functions of types, that are named at run time, and are not volatile. */
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

/** Volatile, and usual in defaults. Other volatile functions run text, or do something with the owner's rights. */
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

/** PostgreSQL records no dependency on the type that a function of SQL/JSON returns: a domain of somebody may be it. */
const returnsOwnType = (nodes: string): string => `EXISTS (
             SELECT FROM pg_catalog.regexp_matches(${nodes}, ':typid ([0-9]+)', 'g') AS returned (oid)
              WHERE returned.oid[1]::oid >= ${String(firstOrdinaryOid)})`;

const callsSystemCode = (nodes: string): string => `EXISTS (
             SELECT FROM pg_catalog.regexp_matches(${nodes}, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([0-9]+)', 'g') AS called (oid)
               JOIN pg_catalog.pg_proc f ON f.oid = called.oid[1]::oid
              WHERE f.pronamespace = 'pg_catalog'::regnamespace
                AND (pg_catalog.strpos(f.proname, '_to_xml') > 0 OR f.proname IN (${indirect})
                     OR f.provolatile = 'v' AND f.proname NOT IN (${harmless})))`;

/** SELECT of the `oid` of those among some relations whose expressions call such a function of PostgreSQL. */
export const callersOfSystemCode = (relations: string): string => `
  SELECT e.oid
    FROM (SELECT d.adrelid, d.adbin::text FROM pg_catalog.pg_attrdef d
           UNION ALL
          SELECT d.conrelid, d.conbin::text FROM pg_catalog.pg_constraint d WHERE d.conbin IS NOT NULL
           UNION ALL
          SELECT d.indrelid, pg_catalog.concat(d.indexprs, d.indpred) FROM pg_catalog.pg_index d
           WHERE d.indexprs IS NOT NULL OR d.indpred IS NOT NULL
           UNION ALL
          SELECT d.tgrelid, d.tgqual::text FROM pg_catalog.pg_trigger d WHERE d.tgqual IS NOT NULL
           UNION ALL
          SELECT d.partrelid, d.partexprs::text FROM pg_catalog.pg_partitioned_table d WHERE d.partexprs IS NOT NULL
           UNION ALL
          SELECT d.polrelid, pg_catalog.concat(d.polqual, d.polwithcheck) FROM pg_catalog.pg_policy d) e (oid, nodes)
   WHERE e.oid IN (${relations}) AND (${callsSystemCode('e.nodes')} OR ${returnsOwnType('e.nodes')})`;

/**
 * Whether a function, of which `f` is the row, belongs to an extension and has no SQL that its caller chooses: the
 * volatile ones that take text may run it, as those of dblink do, and the triggers of refint paste their arguments.
 */
export const isOfSafeExtension = (f: string): string => `EXISTS (
               SELECT FROM pg_catalog.pg_depend e
                 JOIN pg_catalog.pg_extension x ON x.oid = e.refobjid
                WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = ${f}.oid AND e.deptype = 'e'
                  AND x.extname <> 'refint'
                  AND NOT (${f}.provolatile = 'v' AND EXISTS (
                            SELECT FROM pg_catalog.unnest(${f}.proargtypes) a (oid)
                              JOIN pg_catalog.pg_type t ON t.oid = a.oid AND t.typcategory = 'S')))`;
