SELECT NOT pg_has_role('corpus_manager', 'pg_read_all_data', 'USAGE');
