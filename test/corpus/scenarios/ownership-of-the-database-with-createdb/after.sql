SELECT datdba = 'heir'::regrole FROM pg_database WHERE datname = 'corpus';
