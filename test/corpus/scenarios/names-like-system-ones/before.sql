CREATE ROLE pgapp;
CREATE ROLE pgbouncer;
CREATE SCHEMA pgboss;
CREATE TABLE pgboss.job (id int);
GRANT pgbouncer TO pgapp;
