SELECT nspowner = 'keeper'::regrole FROM pg_namespace WHERE nspname = 'app';
SELECT relowner = 'new_owner'::regrole FROM pg_class WHERE oid = 'app.t'::regclass;
