ALTER ROLE "legacy" NOLOGIN;
SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity WHERE usename OPERATOR(pg_catalog.=) 'legacy' AND pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid();
\connect "corpus_other"
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
\connect "corpus"
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
DROP ROLE "legacy";
