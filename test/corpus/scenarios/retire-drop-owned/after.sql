SELECT count(*) = 0 FROM pg_tables WHERE tablename = 'mine';
SELECT roles = '{reader}' FROM pg_policies;
