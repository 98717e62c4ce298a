SELECT bool_and(has_table_privilege('reader', oid, 'SELECT') AND NOT has_table_privilege('reader', oid, 'INSERT')) FROM pg_class WHERE relnamespace = 'app'::regnamespace;
