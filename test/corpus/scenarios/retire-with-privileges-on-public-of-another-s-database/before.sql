SET ROLE corpus_manager;
CREATE ROLE legacy LOGIN;
