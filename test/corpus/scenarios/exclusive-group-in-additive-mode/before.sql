CREATE ROLE team;
CREATE ROLE ana;
CREATE ROLE stranger;
GRANT team TO stranger;
