SET ROLE corpus_manager;
CREATE ROLE team;
GRANT team TO corpus_manager WITH INHERIT TRUE, SET TRUE;
RESET ROLE;
