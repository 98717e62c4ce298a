/**
 * SQL for names in the snapshot of the statement. A cast to `regprocedure` or `regtype`, and `pg_get_userbyid()`, read
 * the current catalog instead and print a number for an object that was dropped meanwhile.
 */

/** An array type has a name of its own, which nobody writes. */
const isArray = (type: string): string =>
  `${type}.typelem <> 0 AND ${type}.typsubscript = 'pg_catalog.array_subscript_handler'::regproc`;

/** PostgreSQL prints the types that come with it, because they cannot be dropped. Null for a type that was dropped. */
const argumentType = `CASE WHEN m.nspname = 'pg_catalog' THEN pg_catalog.format_type(t.oid, NULL)
                                      WHEN e.oid IS NOT NULL THEN pg_catalog.format('%I.%I[]', m.nspname, e.typname)
                                      WHEN t.oid IS NOT NULL THEN pg_catalog.format('%I.%I', m.nspname, t.typname) END`;

const argumentTypes = (routine: string): string => `
                          FROM pg_catalog.unnest(${routine}.proargtypes) WITH ORDINALITY a (type, place)
                          LEFT JOIN pg_catalog.pg_type t ON t.oid = a.type
                          LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND ${isArray('t')}
                          LEFT JOIN pg_catalog.pg_namespace m ON m.oid = COALESCE(e.typnamespace, t.typnamespace)`;

/** `schema.name(types)`. `schema` is SQL for the name of the routine's schema. */
export const routineName = (routine: string, schema: string): string => `
                       (SELECT CASE ${schema} WHEN 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(${schema}) || '.' END
                               || pg_catalog.quote_ident(${routine}.proname)
                               || '(' || COALESCE(pg_catalog.string_agg(${argumentType}, ',' ORDER BY a.place), '') || ')'${argumentTypes(routine)})`;

/**
 * Whether a routine can be named. It can outlive a type of its arguments if both were changed at the same time, and
 * PostgreSQL then fails to print it.
 */
export const hasItsTypes = (routine: string): string => `NOT EXISTS (
                         SELECT FROM pg_catalog.unnest(${routine}.proargtypes) a (type)
                          WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = a.type))`;

/** `pg_describe_object()`, except for routines on which it fails. */
export const objectDescription = (classid: string, objid: string, objsubid: string): string => `
                       CASE WHEN ${classid} = 'pg_catalog.pg_proc'::regclass
                                 AND EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.oid = ${objid} AND NOT ${hasItsTypes('p')})
                            THEN (SELECT 'function ' || pg_catalog.quote_ident(p.proname) || ', whose argument types are gone'
                                    FROM pg_catalog.pg_proc p WHERE p.oid = ${objid})
                            ELSE pg_catalog.pg_describe_object(${classid}, ${objid}, ${objsubid}) END`;
