GRANT CREATE ON DATABASE corpus TO corpus_manager;
SET ROLE corpus_manager;
CREATE ROLE keeper;
CREATE ROLE reader;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
CREATE VIEW app.v AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW app.m AS SELECT 1 AS one;
GRANT MAINTAIN ON app.t, app.m TO reader;
