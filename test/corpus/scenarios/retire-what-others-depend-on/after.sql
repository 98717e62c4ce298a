SELECT count(*) = 3 FROM pg_tables WHERE schemaname = 'app';
