CREATE TABLE t (id int);
GRANT USAGE ON SCHEMA public TO corpus_manager, legacy;
ALTER TABLE t OWNER TO corpus_manager;
SET ROLE corpus_manager;
GRANT INSERT ON t TO legacy WITH GRANT OPTION;
SET ROLE legacy;
GRANT INSERT (id) ON t TO other;
SET ROLE corpus_manager;
-- The option is lost, the grant on the column is not.
REVOKE INSERT ON t FROM legacy;
