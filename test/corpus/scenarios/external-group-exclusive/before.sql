CREATE ROLE partner;
CREATE ROLE stranger;
CREATE ROLE ana;
GRANT partner TO corpus_manager WITH ADMIN OPTION;
SET ROLE corpus_manager;
GRANT partner TO stranger;
RESET ROLE;
