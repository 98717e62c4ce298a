CREATE ROLE maker;
CREATE ROLE second;
DO $$BEGIN IF (SELECT datdba = 'corpus_manager'::regrole FROM pg_database WHERE datname = 'corpus') THEN GRANT maker, second TO corpus_manager WITH ADMIN OPTION; END IF; END$$;
ALTER DEFAULT PRIVILEGES FOR ROLE second REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
