SELECT setconfig = ARRAY['role=owners'] FROM pg_db_role_setting WHERE setrole = 'ana'::regrole;
