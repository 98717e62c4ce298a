CREATE ROLE staff;
CREATE ROLE ana;
GRANT ana TO staff;
