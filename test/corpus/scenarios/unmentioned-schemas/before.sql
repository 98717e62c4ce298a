CREATE ROLE reader;
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE TABLE app.t (id int, secret text);
CREATE TABLE other.t (id int);
GRANT USAGE ON SCHEMA other TO reader;
GRANT SELECT ON other.t TO reader;
GRANT SELECT (secret) ON app.t TO reader;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
