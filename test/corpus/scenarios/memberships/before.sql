CREATE ROLE staff;
CREATE ROLE outsider;
GRANT staff TO outsider;
