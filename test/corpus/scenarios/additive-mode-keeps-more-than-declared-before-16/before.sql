CREATE ROLE staff;
CREATE ROLE ana;
GRANT staff TO ana;
