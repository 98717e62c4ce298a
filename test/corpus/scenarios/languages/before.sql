CREATE ROLE writer;
CREATE ROLE former;
GRANT USAGE ON LANGUAGE plpgsql, sql TO former;
