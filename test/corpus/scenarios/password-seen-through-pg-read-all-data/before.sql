CREATE ROLE ana LOGIN PASSWORD 'another' ADMIN corpus_manager;
CREATE ROLE ben LOGIN ADMIN corpus_manager;
GRANT pg_read_all_data TO corpus_manager;
ALTER ROLE ben PASSWORD 'password of ben';
