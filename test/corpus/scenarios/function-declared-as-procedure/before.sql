CREATE ROLE caller;
CREATE SCHEMA app;
CREATE FUNCTION app.count_all() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE PROCEDURE app.twice() LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE app.twice(integer) LANGUAGE sql AS 'SELECT 1';
