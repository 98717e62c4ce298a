SELECT has_table_privilege('app_owner', 'app.t', 'SELECT, INSERT, UPDATE, DELETE');
SELECT has_schema_privilege('app_owner', 'app', 'USAGE') AND has_schema_privilege('app_owner', 'app', 'CREATE');
