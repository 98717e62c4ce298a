SELECT count(*) = 0 FROM pg_roles WHERE rolname = 'legacy';
SELECT tableowner = 'heir' FROM pg_tables WHERE tablename = 't';
SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'legacy';
