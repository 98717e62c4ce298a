GRANT pg_read_all_settings, pg_monitor TO corpus_manager WITH ADMIN OPTION;
CREATE ROLE stranger;
SET ROLE corpus_manager;
GRANT pg_monitor TO stranger;
RESET ROLE;
