CREATE ROLE app_owner;
CREATE SCHEMA app;
CREATE TABLE app.t (id serial);
