CREATE ROLE dba;
SET ROLE corpus_manager;
CREATE ROLE app_owner;
CREATE SCHEMA app;
GRANT CREATE ON SCHEMA app TO app_owner;
RESET ROLE;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO dba;
