SELECT has_table_privilege('reader', 'app.t', 'SELECT');
SELECT NOT has_table_privilege('reader', 'legacy.a', 'SELECT') AND NOT has_column_privilege('reader', 'legacy.a', 'secret', 'UPDATE');
SELECT NOT has_table_privilege('partner', 'legacy.a', 'SELECT') AND has_table_privilege('stranger', 'legacy.a', 'SELECT');
SELECT NOT has_database_privilege('reader', 'corpus', 'CREATE') AND NOT has_schema_privilege('reader', 'legacy', 'USAGE');
SELECT NOT EXISTS (SELECT FROM pg_default_acl) AND NOT pg_has_role('reader', 'stranger', 'MEMBER');
SELECT has_table_privilege('reader', 'pg_catalog.pg_authid', 'SELECT') AND has_schema_privilege('stranger', 'legacy', 'USAGE');
