CREATE ROLE team;
CREATE ROLE outer_team;
CREATE ROLE far_team;
CREATE ROLE ana;
GRANT ana TO far_team;
GRANT far_team TO outer_team;
GRANT outer_team TO team;
GRANT team TO corpus_manager WITH ADMIN OPTION;
