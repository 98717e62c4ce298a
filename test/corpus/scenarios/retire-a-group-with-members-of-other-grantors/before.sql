CREATE ROLE team;
GRANT team TO corpus_manager WITH ADMIN OPTION;
CREATE ROLE ana LOGIN;
GRANT team TO ana;
