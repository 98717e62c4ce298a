CREATE SCHEMA inventory;
CREATE TABLE inventory.item (id int);
CREATE TABLE inventory.stock (id int);
CREATE SEQUENCE inventory.numbers;
CREATE FUNCTION inventory.total(a integer, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE inventory.tidy() LANGUAGE sql AS 'SELECT 1';
