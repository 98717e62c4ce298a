SET ROLE corpus_manager;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
RESET ROLE;
