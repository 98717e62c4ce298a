CREATE ROLE reader;
CREATE SCHEMA app;
CREATE TABLE app.people (id int, name text, dropped int);
ALTER TABLE app.people DROP COLUMN dropped;
CREATE VIEW app.v AS SELECT 1 AS one;
