SELECT array_agg(s ORDER BY s COLLATE "C") = ARRAY['lock_timeout=1s', 'statement_timeout=5s', 'work_mem=1MB'] FROM pg_db_role_setting, unnest(setconfig) s;
