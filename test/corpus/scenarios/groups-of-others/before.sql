CREATE ROLE ana;
CREATE ROLE team;
GRANT team, pg_monitor TO ana;
