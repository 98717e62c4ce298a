SELECT NOT pg_has_role('corpus_manager', 'old', 'USAGE');
