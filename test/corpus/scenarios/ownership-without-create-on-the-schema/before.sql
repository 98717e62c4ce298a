SET ROLE corpus_manager;
CREATE ROLE app_owner;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
RESET ROLE;
