SELECT relowner = 'postgres'::regrole AND has_table_privilege('reader', 'app.t', 'SELECT') FROM pg_class WHERE oid = 'app.t'::regclass;
