SELECT setconfig = ARRAY['myapp.tenant=2'] FROM pg_db_role_setting WHERE setrole = 'ana'::regrole;
