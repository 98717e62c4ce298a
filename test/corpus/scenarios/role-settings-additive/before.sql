CREATE ROLE ana;
DO $$BEGIN IF (SELECT datdba = 'corpus_manager'::regrole FROM pg_database WHERE datname = 'corpus') THEN GRANT ana TO corpus_manager WITH ADMIN OPTION; END IF; END$$;
ALTER ROLE ana SET work_mem = '1MB';
ALTER ROLE ana SET statement_timeout = '5s';
