CREATE ROLE reader;
CREATE SCHEMA app;
DO $$BEGIN IF (SELECT datdba = 'corpus_manager'::regrole FROM pg_database WHERE datname = 'corpus') THEN GRANT reader TO corpus_manager WITH ADMIN OPTION; ALTER SCHEMA app OWNER TO corpus_manager; SET ROLE corpus_manager; END IF; END$$;
CREATE TYPE app.span AS RANGE (SUBTYPE = int);
CREATE FUNCTION app.own() RETURNS int LANGUAGE sql AS 'SELECT 1';
RESET ROLE;
