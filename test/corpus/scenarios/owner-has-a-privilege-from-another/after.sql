SELECT relowner = 'new_owner'::regrole FROM pg_class WHERE oid = 'app.t'::regclass;
SELECT NOT has_table_privilege('lead', 'app.t', 'SELECT');
SELECT NOT has_column_privilege('lead', 'app.t', 'id', 'UPDATE');
SELECT has_table_privilege('new_owner', 'app.t', 'SELECT, INSERT, UPDATE');
SELECT has_table_privilege('lead', 'app.theirs', 'SELECT WITH GRANT OPTION');
SELECT has_schema_privilege('old_owner', 'app', 'USAGE') AND has_schema_privilege('old_owner', 'app', 'CREATE');
