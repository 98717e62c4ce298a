CREATE ROLE reader;
CREATE SCHEMA app;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE app.far_one (id int) SERVER far;
CREATE FOREIGN TABLE app.far_two (id int) SERVER far;
CREATE TABLE app.near (id int);
GRANT UPDATE ON app.far_two TO reader;
