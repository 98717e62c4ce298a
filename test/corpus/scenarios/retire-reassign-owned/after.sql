SELECT datdba = 'heir'::regrole FROM pg_database WHERE datname = 'corpus';
SELECT tableowner = 'heir' FROM pg_tables WHERE tablename = 't';
