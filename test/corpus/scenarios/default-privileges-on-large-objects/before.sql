CREATE ROLE maker;
CREATE ROLE reader;
DO $$BEGIN IF (SELECT datdba = 'corpus_manager'::regrole FROM pg_database WHERE datname = 'corpus') THEN GRANT maker, reader TO corpus_manager WITH ADMIN OPTION; END IF; END$$;
ALTER DEFAULT PRIVILEGES FOR ROLE maker GRANT UPDATE ON LARGE OBJECTS TO reader;
