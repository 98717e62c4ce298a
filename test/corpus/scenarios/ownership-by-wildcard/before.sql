CREATE ROLE maker;
CREATE SCHEMA app;
CREATE EXTENSION hstore SCHEMA app;
CREATE TABLE app.a (id int);
CREATE TABLE app.b (id int);
CREATE TABLE app.special (id serial);
CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE app.p() LANGUAGE sql AS '';
