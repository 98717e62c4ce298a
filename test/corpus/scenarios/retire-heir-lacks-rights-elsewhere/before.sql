SET ROLE corpus_manager;
CREATE ROLE legacy LOGIN;
CREATE ROLE heir;
