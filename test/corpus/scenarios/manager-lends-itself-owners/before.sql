SET ROLE corpus_manager;
CREATE ROLE other_owner;
CREATE ROLE legacy;
CREATE SCHEMA taken;
RESET ROLE;
CREATE TABLE taken.t (id int);
ALTER TABLE taken.t OWNER TO other_owner;
CREATE TABLE taken.old (id int);
ALTER TABLE taken.old OWNER TO legacy;
