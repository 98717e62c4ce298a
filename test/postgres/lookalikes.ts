import { quoteLiteral } from '../../core/sql.ts';

/**
 * SQL that fills schema `evil` with a look-alike of everything in `pg_catalog`: operators and functions with the same
 * arguments, domains, views. Each look-alike that runs writes its name to `file`, on the server's machine: that works
 * in a read-only transaction too, and survives a rollback. Leaves table `evil.unmade` with the things without a
 * look-alike.
 */
export const lookalikes = (file: string): string => `
SET search_path = pg_catalog;
SET check_function_bodies = off;
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
CREATE TABLE evil.unmade (what text);
CREATE FUNCTION evil."ran!"(what text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $f$
BEGIN
  EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', what, ${quoteLiteral(`cat >> ${file}`)});
  RETURN true;
END $f$;
DO $do$
DECLARE
  r record;
  body text := 'LANGUAGE plpgsql AS $x$BEGIN PERFORM evil."ran!"(%L); RAISE EXCEPTION ''look-alike''; END$x$';
  failing text := 'LANGUAGE internal AS ''unique_key_recheck'''; -- an error unless a trigger calls it
BEGIN
  FOR r IN
    SELECT format('function %s', p.oid::regprocedure) AS what,
           format('CREATE FUNCTION evil.%I(%s) RETURNS %s ', p.proname, pg_get_function_arguments(p.oid),
                  pg_get_function_result(p.oid)) AS head,
           format('CREATE FUNCTION evil.%I(%s) RETURNS %s ', p.proname,
                  pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid)) AS plain, '' AS tail
      FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind <> 'p'
    UNION ALL
    SELECT format('operator %s', o.oid::regoperator), f.head, f.head,
           format('; CREATE OPERATOR evil.%s (%s RIGHTARG = %s, FUNCTION = evil."op!%s")', o.oprname,
                  CASE WHEN o.oprleft <> 0 THEN format('LEFTARG = %s,', o.oprleft::regtype) END, o.oprright::regtype, o.oid)
      FROM pg_operator o
     CROSS JOIN LATERAL (SELECT format('CREATE FUNCTION evil."op!%s"(%s) RETURNS %s ', o.oid,
             concat_ws(',', CASE WHEN o.oprleft <> 0 THEN o.oprleft::regtype END, o.oprright::regtype), o.oprresult::regtype)) f (head)
     WHERE o.oprnamespace = 'pg_catalog'::regnamespace
    UNION ALL
    SELECT format('type %s', t.typname), NULL,
           format('CREATE DOMAIN evil.%I AS pg_catalog.%I CHECK (evil."ran!"(%L))', t.typname, t.typname, 'type ' || t.typname), ''
      FROM pg_type t WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'd', 'e', 'r', 'm') AND t.typcategory <> 'A'
    UNION ALL
    SELECT format('relation %s', c.relname),
           format('CREATE VIEW evil.%I AS SELECT * FROM pg_catalog.%I WHERE evil."ran!"(%L) --', c.relname, c.relname, 'relation ' || c.relname),
           format('CREATE VIEW evil.%I AS SELECT evil."ran!"(%L)', c.relname, 'relation ' || c.relname), ''
      FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v')
  LOOP
    BEGIN
      EXECUTE r.head || format(body, r.what) || r.tail;
    EXCEPTION WHEN OTHERS THEN
      BEGIN
        EXECUTE r.plain || CASE WHEN r.plain ~ '^CREATE FUNCTION' THEN failing ELSE '' END || r.tail;
      EXCEPTION WHEN OTHERS THEN
        INSERT INTO evil.unmade VALUES (r.what || ': ' || SQLERRM);
      END;
    END;
  END LOOP;
END $do$;
RESET check_function_bodies;
RESET search_path;`;

/**
 * Objects whose owner, keeper, makes every role that uses them run code. Each writes its name like a look-alike. The
 * functions of the event triggers belong to a superuser, and name operators without a schema.
 */
export const traps = (major: number): string => `
CREATE SCHEMA app AUTHORIZATION keeper;
SET ROLE keeper;
CREATE FUNCTION app.trap(what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
  'BEGIN PERFORM evil."ran!"(what); RETURN true; END';
CREATE TABLE app.t (id int DEFAULT app.trap('default')::int, ok boolean GENERATED ALWAYS AS (app.trap('generated')) STORED,
  CHECK (app.trap('check')));
CREATE INDEX ON app.t ((app.trap('index')));
CREATE STATISTICS app.s ON (app.trap('statistics')), id FROM app.t;
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON app.t USING (app.trap('policy'));
CREATE RULE r AS ON UPDATE TO app.t DO ALSO SELECT app.trap('rule');
CREATE VIEW app.v AS SELECT app.trap('view');
CREATE MATERIALIZED VIEW app.m AS SELECT app.trap('materialized view') WITH NO DATA;
CREATE FUNCTION app.fires() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM evil."ran!"(''trigger''); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE OR DELETE ON app.t DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION app.fires();
CREATE DOMAIN app.d AS text DEFAULT app.trap('domain default')::text CHECK (app.trap('domain'));
CREATE TYPE app.c AS (x int);
CREATE FUNCTION app.to_text(app.c) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM evil."ran!"(''cast''); RETURN 1; END';
CREATE CAST (app.c AS text) WITH FUNCTION app.to_text(app.c) AS IMPLICIT;
CREATE SEQUENCE app.q;
RESET ROLE;
CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN IF (SELECT count(*) FROM pg_class WHERE relname = 'x'::name) >= 1 THEN NULL; END IF; END $$;
CREATE EVENT TRIGGER watch_start ON ddl_command_start EXECUTE FUNCTION public.watch();
CREATE EVENT TRIGGER watch_end ON ddl_command_end EXECUTE FUNCTION public.watch();
CREATE EVENT TRIGGER watch_drop ON sql_drop EXECUTE FUNCTION public.watch();
${major >= 17 ? 'CREATE EVENT TRIGGER watch_login ON login EXECUTE FUNCTION public.watch();' : ''}
SELECT lo_create(777);
ALTER LARGE OBJECT 777 OWNER TO keeper;
CREATE TABLE app.old (id int);
ALTER TABLE app.old OWNER TO legacy;
GRANT SELECT ON app.t TO legacy;`;
