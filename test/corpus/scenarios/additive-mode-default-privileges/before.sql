CREATE ROLE old_owner;
CREATE ROLE declared;
CREATE ROLE other;
CREATE SCHEMA app AUTHORIZATION old_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE old_owner IN SCHEMA app GRANT SELECT ON TABLES TO other;
ALTER DEFAULT PRIVILEGES FOR ROLE declared GRANT SELECT ON TABLES TO other;
DO $$BEGIN IF (SELECT datdba = 'corpus_manager'::regrole FROM pg_database WHERE datname = 'corpus') THEN GRANT old_owner, declared, other TO corpus_manager WITH ADMIN OPTION; END IF; END$$;
