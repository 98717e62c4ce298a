SELECT nspowner = 'app_owner'::regrole AND has_schema_privilege('reader', oid, 'USAGE') FROM pg_namespace WHERE nspname = 'app';
