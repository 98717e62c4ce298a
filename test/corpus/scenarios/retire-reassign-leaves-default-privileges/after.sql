SELECT tableowner = 'legacy' FROM pg_tables WHERE tablename = 't';
