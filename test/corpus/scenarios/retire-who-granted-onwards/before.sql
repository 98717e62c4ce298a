SET ROLE corpus_manager;
CREATE ROLE legacy LOGIN;
CREATE ROLE ana;
CREATE ROLE bob;
CREATE ROLE cid;
RESET ROLE;
CREATE SCHEMA shop AUTHORIZATION corpus_manager;
GRANT USAGE ON SCHEMA shop TO PUBLIC;
SET ROLE corpus_manager;
CREATE TABLE shop.t (id int);
GRANT SELECT, UPDATE ON shop.t TO legacy WITH GRANT OPTION;
-- She keeps what the owner granted too, and he what depends on nobody who goes.
GRANT UPDATE ON shop.t TO ana;
GRANT SELECT ON shop.t TO bob;
SET ROLE legacy;
GRANT UPDATE ON shop.t TO ana;
GRANT SELECT ON shop.t TO ana WITH GRANT OPTION;
SET ROLE ana;
GRANT SELECT ON shop.t TO bob, cid;
