CREATE ROLE dba;
CREATE ROLE reader;
CREATE SCHEMA app AUTHORIZATION dba;
GRANT USAGE ON SCHEMA app TO corpus_manager;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO dba;
GRANT SELECT, UPDATE ON app.t TO reader;
GRANT SELECT ON app.t TO corpus_manager;
