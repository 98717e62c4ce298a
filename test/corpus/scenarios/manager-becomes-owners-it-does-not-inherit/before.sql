ALTER ROLE corpus_manager NOINHERIT;
CREATE ROLE dba;
CREATE ROLE reader;
GRANT dba TO corpus_manager;
CREATE SCHEMA app AUTHORIZATION dba;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO dba;
GRANT SELECT, INSERT ON app.t TO reader;
