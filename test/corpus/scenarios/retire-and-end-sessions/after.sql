SELECT count(*) = 1 FROM pg_stat_activity WHERE usename IN ('legacy', 'Legacy');
