CREATE ROLE dba;
SET ROLE corpus_manager;
CREATE ROLE reader;
RESET ROLE;
CREATE SCHEMA app AUTHORIZATION corpus_manager;
CREATE TABLE app.mine (id int);
ALTER TABLE app.mine OWNER TO corpus_manager;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO dba;
