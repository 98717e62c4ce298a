-- What every pair of manifests is laid over. The caller has set session authorization and search_path where it matters:
-- see ground.ts. One part for each schema; {schema} is replaced.
CREATE TABLE plain (id serial PRIMARY KEY, name text, "Odd "" column" int);
CREATE TABLE "Odd "" table; --" (id int, name text);
CREATE TABLE parted (id int, name text) PARTITION BY LIST (id);
CREATE TABLE parted_one PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE passing (id int);
CREATE FOREIGN TABLE far (id int, name text) SERVER universe_server;
CREATE VIEW seen AS SELECT 1 AS id, 'one'::text AS name;
CREATE MATERIALIZED VIEW stored AS SELECT 1 AS id, 'one'::text AS name;
CREATE SEQUENCE counter;
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION twice(VARIADIC words text[]) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION "Now; --"() RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE PROCEDURE work(x int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE TYPE mood AS ENUM ('good');
CREATE TYPE pair AS (a int, b int);
CREATE TYPE span AS RANGE (SUBTYPE = int);
CREATE DOMAIN amount AS int;
