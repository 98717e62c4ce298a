CREATE ROLE owner;
CREATE ROLE reader;
ALTER ROLE corpus_manager NOINHERIT;
GRANT owner TO corpus_manager WITH ADMIN OPTION;
