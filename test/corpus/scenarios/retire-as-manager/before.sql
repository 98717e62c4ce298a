SET ROLE corpus_manager;
CREATE ROLE legacy LOGIN;
CREATE ROLE heir;
RESET ROLE;
CREATE SCHEMA app AUTHORIZATION corpus_manager;
GRANT ALL ON SCHEMA app TO legacy;
CREATE TABLE app.t (id int);
ALTER TABLE app.t OWNER TO legacy;
