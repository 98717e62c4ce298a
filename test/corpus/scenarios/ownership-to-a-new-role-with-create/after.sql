SELECT relowner = 'app_owner'::regrole FROM pg_class WHERE oid = 'app.t'::regclass;
