SELECT pg_has_role('watch', 'pg_read_all_settings', 'USAGE') AND pg_has_role('stranger', 'pg_monitor', 'USAGE');
SELECT NOT rolcanlogin AND shobj_description(oid, 'pg_authid') IS NULL FROM pg_roles WHERE rolname = 'pg_monitor';
