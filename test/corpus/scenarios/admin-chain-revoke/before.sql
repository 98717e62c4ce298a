CREATE ROLE staff;
CREATE ROLE a_boss;
CREATE ROLE member;
GRANT staff TO a_boss WITH ADMIN OPTION;
SET ROLE a_boss;
GRANT staff TO member;
RESET ROLE;
