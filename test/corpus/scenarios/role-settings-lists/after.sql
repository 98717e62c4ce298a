SELECT setconfig = ARRAY['search_path="$user", public'] FROM pg_db_role_setting WHERE setrole = 'one_name'::regrole;
SELECT setconfig = ARRAY['search_path=""'] FROM pg_db_role_setting WHERE setrole = 'nothing'::regrole;
SELECT setconfig = ARRAY['session_preload_libraries=auto_explain, "$libdir/plpgsql"'] FROM pg_db_role_setting WHERE setrole = 'libraries'::regrole;
