SET ROLE corpus_manager;
CREATE ROLE reader;
RESET ROLE;
CREATE ROLE app_owner;
GRANT app_owner TO corpus_manager WITH INHERIT FALSE, SET TRUE;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO corpus_manager;
ALTER SCHEMA app OWNER TO app_owner;
