CREATE ROLE team;
CREATE ROLE ben;
GRANT team TO ben;
