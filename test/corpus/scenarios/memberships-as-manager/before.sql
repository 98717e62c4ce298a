CREATE ROLE outsider;
SET ROLE corpus_manager;
CREATE ROLE staff;
RESET ROLE;
GRANT staff TO corpus_manager WITH ADMIN OPTION;
GRANT pg_monitor TO corpus_manager WITH ADMIN OPTION;
SET ROLE corpus_manager;
GRANT staff TO outsider;
RESET ROLE;
