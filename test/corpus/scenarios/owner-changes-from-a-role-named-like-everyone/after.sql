SELECT has_table_privilege('public', 'app.t', 'SELECT') AND NOT has_table_privilege('public', 'app.t', 'INSERT') AND has_schema_privilege('public', 'app', 'USAGE');
SELECT relowner = 'app_owner'::regrole AND has_table_privilege('app_owner', 'app.t', 'INSERT') FROM pg_class WHERE oid = 'app.t'::regclass;
