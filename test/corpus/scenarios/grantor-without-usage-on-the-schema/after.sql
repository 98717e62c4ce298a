SELECT has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('reader', 'app.t', 'INSERT');
SELECT NOT has_schema_privilege('dba', 'app', 'USAGE') AND NOT pg_has_role('corpus_manager', 'dba', 'USAGE');
