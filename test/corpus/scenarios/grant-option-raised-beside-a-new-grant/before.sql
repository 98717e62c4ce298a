CREATE ROLE lead;
CREATE ROLE maker;
CREATE SCHEMA app;
CREATE TABLE app.had (id int, note text);
CREATE TABLE app.new (id int, note text);
GRANT SELECT ON app.had TO lead;
GRANT UPDATE (id) ON app.new TO lead;
ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA app GRANT SELECT ON TABLES TO lead;
