CREATE ROLE ana;
GRANT ana TO corpus_manager WITH ADMIN OPTION;
ALTER ROLE ana SET statement_timeout = '5s';
ALTER ROLE ana SET search_path = 'a, b';
ALTER ROLE ana IN DATABASE corpus SET lock_timeout = '1s';
