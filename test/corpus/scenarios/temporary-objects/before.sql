CREATE ROLE reader;
CREATE SCHEMA app;
CREATE TEMPORARY TABLE t (id int);
CREATE TABLE app.t (id int);
GRANT SELECT ON pg_temp.t TO reader;
