SET ROLE corpus_manager;
CREATE ROLE heir;
RESET ROLE;
ALTER ROLE corpus_manager CREATEDB;
