SET ROLE corpus_manager;
CREATE ROLE old;
CREATE ROLE reader;
CREATE SCHEMA app;
RESET ROLE;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO old;
