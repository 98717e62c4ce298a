SELECT NOT has_function_privilege('public', 'app.f()', 'EXECUTE') AND NOT has_function_privilege('public', 'app.p()', 'EXECUTE') AND has_function_privilege('reader', 'app.taken()', 'EXECUTE');
SELECT NOT has_type_privilege('public', 'app.mood', 'USAGE') AND NOT has_type_privilege('public', 'app.age', 'USAGE') AND NOT has_schema_privilege('public', 'app', 'USAGE');
SELECT NOT has_table_privilege('public', 'app.t1', 'SELECT') AND NOT has_any_column_privilege('public', 'app.t1', 'SELECT') AND has_table_privilege('public', 'app.t1', 'DELETE');
SELECT NOT has_database_privilege('public', 'corpus', 'CONNECT') AND NOT has_database_privilege('public', 'corpus', 'TEMPORARY') AND NOT has_sequence_privilege('public', 'app.s1', 'USAGE');
SELECT NOT has_schema_privilege('public', 'public', 'USAGE') AND NOT has_schema_privilege('public', 'public', 'CREATE') AND NOT has_table_privilege('public', 'app.v', 'SELECT');
SELECT lomacl::text NOT LIKE '%{=r%' AND lomacl::text NOT LIKE '%,=r%' FROM pg_largeobject_metadata WHERE oid = 777;
