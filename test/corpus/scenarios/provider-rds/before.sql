CREATE ROLE rds_superuser;
CREATE ROLE rds_replication;
CREATE ROLE dba;
GRANT rds_superuser TO dba;
GRANT dba TO corpus_manager;
