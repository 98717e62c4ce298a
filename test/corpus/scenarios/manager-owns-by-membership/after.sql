SELECT pg_has_role('corpus_manager', 'new_owner', 'USAGE') AND pg_has_role('corpus_manager', 'old_owner', 'USAGE');
