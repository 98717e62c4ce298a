SET ROLE corpus_manager;
CREATE ROLE heir;
RESET ROLE;
CREATE ROLE app_owner;
GRANT app_owner TO corpus_manager WITH INHERIT FALSE, SET TRUE;
CREATE SCHEMA app AUTHORIZATION app_owner;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO app_owner;
