SELECT array_agg(s ORDER BY s COLLATE "C") = ARRAY['search_path=a, b', 'work_mem=1GB'] FROM pg_db_role_setting, unnest(setconfig) s WHERE setrole = 'ana'::regrole AND setdatabase = 0;
SELECT setconfig = ARRAY['idle_session_timeout=1h'] FROM pg_db_role_setting WHERE setrole = 'ana'::regrole AND setdatabase <> 0;
SELECT setconfig = ARRAY['default_transaction_read_only=on'] FROM pg_db_role_setting WHERE setrole = 'ben'::regrole;
