SET ROLE corpus_manager;
CREATE ROLE ana;
RESET ROLE;
