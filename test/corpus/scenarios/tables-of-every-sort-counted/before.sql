CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE ROLE reader;
CREATE SCHEMA app;
CREATE TABLE app.plain (id int);
CREATE TABLE app.plain_too (id int);
CREATE TABLE app.parts (id int) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE app.remote (id int) SERVER elsewhere;
