CREATE ROLE admins;
CREATE ROLE ana;
CREATE ROLE staff;
GRANT admins TO corpus_manager;
GRANT staff TO admins WITH ADMIN OPTION;
SET ROLE admins;
GRANT staff TO ana;
RESET ROLE;
