SET ROLE corpus_manager;
CREATE ROLE keeper;
CREATE ROLE maker;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
RESET ROLE;
GRANT CREATE ON DATABASE corpus TO keeper;
ALTER SCHEMA app OWNER TO maker;
