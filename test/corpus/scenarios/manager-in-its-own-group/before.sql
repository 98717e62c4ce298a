SET ROLE corpus_manager;
CREATE ROLE staff;
RESET ROLE;
GRANT staff TO corpus_manager WITH ADMIN OPTION;
