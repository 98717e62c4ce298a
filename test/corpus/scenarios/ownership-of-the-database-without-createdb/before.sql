SET ROLE corpus_manager;
CREATE ROLE heir;
RESET ROLE;
