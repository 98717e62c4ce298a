SELECT has_table_privilege('reader', 'app.t', 'SELECT') AND has_table_privilege('reader', 'app.named', 'SELECT') AND has_function_privilege('reader', 'app.f()', 'EXECUTE');
SELECT has_table_privilege('reader', 'given.t', 'SELECT') AND NOT has_table_privilege('reader', 'given.t', 'INSERT');
SELECT NOT has_schema_privilege('corpus_manager', 'app', 'USAGE') AND NOT has_schema_privilege('corpus_manager', 'given', 'USAGE');
