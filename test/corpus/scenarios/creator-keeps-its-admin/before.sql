SET ROLE corpus_manager;
CREATE ROLE staff;
CREATE ROLE ana;
GRANT staff TO ana;
