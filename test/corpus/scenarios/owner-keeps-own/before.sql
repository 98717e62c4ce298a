CREATE ROLE app_owner;
CREATE ROLE old_owner;
CREATE ROLE reader;
CREATE SCHEMA app AUTHORIZATION old_owner;
GRANT USAGE ON SCHEMA app TO app_owner;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO app_owner;
GRANT SELECT, INSERT ON app.t TO reader;
