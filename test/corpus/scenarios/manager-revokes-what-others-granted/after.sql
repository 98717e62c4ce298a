SELECT has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('reader', 'app.t', 'INSERT');
SELECT NOT pg_has_role('corpus_manager', 'a_lead', 'USAGE');
