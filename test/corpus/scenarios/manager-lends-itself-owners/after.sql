SELECT NOT pg_has_role('corpus_manager', 'app_owner', 'USAGE') AND NOT pg_has_role('corpus_manager', 'other_owner', 'USAGE');
SELECT has_table_privilege('taken-editor', 'taken.t', 'SELECT');
