SELECT count(*) = 0 FROM pg_roles WHERE rolname = 'legacy';
SELECT rolcanlogin FROM pg_roles WHERE rolname = 'heir';
