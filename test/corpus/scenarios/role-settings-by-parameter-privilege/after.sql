SELECT count(*) = 2 FROM pg_db_role_setting, unnest(setconfig) s;
