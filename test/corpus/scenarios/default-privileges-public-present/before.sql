CREATE ROLE maker;
DO $$BEGIN IF (SELECT datdba = 'corpus_manager'::regrole FROM pg_database WHERE datname = 'corpus') THEN GRANT maker TO corpus_manager WITH ADMIN OPTION; END IF; END$$;
ALTER DEFAULT PRIVILEGES FOR ROLE maker REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
