CREATE ROLE reader;
CREATE SCHEMA app;
CREATE TABLE app.t1 (id int);
CREATE TABLE app.t2 (id int);
GRANT USAGE ON SCHEMA app TO reader;
GRANT SELECT ON app.t1, app.t2 TO reader;
GRANT INSERT ON app.t1 TO reader;
