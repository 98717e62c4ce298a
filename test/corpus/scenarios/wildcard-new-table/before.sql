CREATE ROLE reader;
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO reader;
CREATE TABLE app.t1 (id int);
CREATE TABLE app.t2 (id int);
GRANT SELECT ON app.t1, app.t2 TO reader;
GRANT DELETE ON app.t2 TO reader;
CREATE TABLE app.t3 (id int);
