SET ROLE corpus_manager;
CREATE ROLE legacy;
CREATE ROLE ana;
CREATE ROLE other;
RESET ROLE;
CREATE SCHEMA shop AUTHORIZATION corpus_manager;
GRANT USAGE ON SCHEMA shop TO PUBLIC;
SET ROLE corpus_manager;
CREATE TABLE shop.t (id int, "a b" int);
GRANT SELECT, UPDATE ON shop.t TO legacy WITH GRANT OPTION;
GRANT SELECT ON shop.t TO ana;
GRANT UPDATE ("a b") ON shop.t TO ana;
SET ROLE legacy;
GRANT SELECT ON shop.t TO ana, other;
-- DROP OWNED leaves what it granted on a column by its option on the table.
GRANT UPDATE ("a b") ON shop.t TO ana, other;
