SET ROLE corpus_manager;
CREATE ROLE legacy LOGIN;
CREATE ROLE staff;
CREATE ROLE ana;
GRANT staff TO legacy WITH ADMIN OPTION;
SET ROLE legacy;
GRANT staff TO ana;
