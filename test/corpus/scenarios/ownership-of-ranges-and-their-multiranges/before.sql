SET ROLE corpus_manager;
CREATE ROLE legacy;
CREATE ROLE keeper;
RESET ROLE;
CREATE SCHEMA app AUTHORIZATION corpus_manager;
CREATE SCHEMA other AUTHORIZATION corpus_manager;
SET ROLE corpus_manager;
GRANT CREATE ON SCHEMA app, other TO keeper;
RESET ROLE;
CREATE TYPE app.span AS RANGE (SUBTYPE = int4, MULTIRANGE_TYPE_NAME = app.spans);
CREATE TYPE app.named AS RANGE (SUBTYPE = int8, MULTIRANGE_TYPE_NAME = app.nameds);
-- The range has its owner already.
CREATE TYPE other.half AS RANGE (SUBTYPE = int2, MULTIRANGE_TYPE_NAME = other.halves);
ALTER TYPE app.span OWNER TO legacy;
ALTER TYPE app.named OWNER TO legacy;
ALTER TYPE other.half OWNER TO keeper;
DO $$
BEGIN
  IF current_setting('server_version_num')::int < 170000 THEN
    ALTER TYPE app.spans OWNER TO legacy;
    ALTER TYPE app.nameds OWNER TO legacy;
    ALTER TYPE other.halves OWNER TO legacy;
  END IF;
END
$$;
