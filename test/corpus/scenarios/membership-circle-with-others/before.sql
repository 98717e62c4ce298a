CREATE ROLE team;
CREATE ROLE outer_team;
CREATE ROLE ana;
GRANT ana TO outer_team;
GRANT outer_team TO team;
