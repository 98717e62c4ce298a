CREATE ROLE app_owner;
CREATE ROLE reader;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
GRANT SELECT ON app.t TO app_owner;
