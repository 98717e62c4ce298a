SELECT has_database_privilege('maker', 'corpus', 'CONNECT') AND has_database_privilege('maker', 'corpus', 'TEMPORARY') AND NOT has_database_privilege('maker', 'corpus', 'CREATE');
SELECT has_schema_privilege('maker', 'public', 'USAGE') AND NOT has_schema_privilege('maker', 'app', 'USAGE') AND has_language_privilege('maker', 'plpgsql', 'USAGE');
SELECT has_function_privilege('maker', 'app.f()', 'EXECUTE') AND has_function_privilege('maker', 'app.g()', 'EXECUTE') AND has_type_privilege('maker', 'app.mood', 'USAGE');
SELECT NOT has_table_privilege('maker', 'app.t', 'SELECT') AND NOT EXISTS (SELECT FROM pg_default_acl);
