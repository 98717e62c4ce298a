SELECT has_table_privilege('reader', 'app.t', 'SELECT');
SELECT has_table_privilege('reader', 'legacy.a', 'SELECT') AND has_table_privilege('partner', 'legacy.a', 'SELECT');
SELECT has_database_privilege('reader', 'corpus', 'CREATE') AND pg_has_role('reader', 'stranger', 'MEMBER');
