CREATE ROLE ana;
GRANT ana TO corpus_manager WITH ADMIN OPTION;
ALTER ROLE ana SET work_mem = '1MB';
ALTER ROLE ana SET statement_timeout = '5s';
