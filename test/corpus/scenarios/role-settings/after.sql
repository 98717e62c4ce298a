SELECT array_agg(s ORDER BY s COLLATE "C") = ARRAY['DateStyle=SQL, DMY', 'TimeZone=Europe/Paris', 'jit=false', 'random_page_cost=1.1', 'work_mem=64MB'] FROM pg_db_role_setting, unnest(setconfig) s WHERE setrole = 'ana'::regrole AND setdatabase = 0;
SELECT array_agg(s ORDER BY s COLLATE "C") = ARRAY['application_name=it''s\ana''s = 1', 'lock_timeout=1s'] FROM pg_db_role_setting, pg_database d, unnest(setconfig) s WHERE setrole = 'ana'::regrole AND setdatabase = d.oid AND datname = 'corpus';
SELECT setconfig = ARRAY['lock_timeout=2s'] FROM pg_db_role_setting, pg_database d WHERE setrole = 'ana'::regrole AND setdatabase = d.oid AND datname = 'postgres';
SELECT count(*) = 0 FROM pg_db_role_setting WHERE setrole = 'ben'::regrole;
SELECT setconfig = ARRAY['work_mem=1MB'] FROM pg_db_role_setting WHERE setrole = 'left_alone'::regrole;
SELECT setconfig = ARRAY['work_mem=3MB'] FROM pg_db_role_setting WHERE setrole = 0;
