SET ROLE corpus_manager;
CREATE ROLE reader;
RESET ROLE;
CREATE ROLE app_owner;
GRANT app_owner TO corpus_manager WITH INHERIT FALSE, SET TRUE;
