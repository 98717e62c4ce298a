SELECT tableowner = 'corpus_manager' FROM pg_tables WHERE tablename = 't';
