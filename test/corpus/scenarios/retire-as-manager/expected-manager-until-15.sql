ALTER ROLE "legacy" NOLOGIN;
GRANT "legacy" TO "corpus_manager";
SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity WHERE usename OPERATOR(pg_catalog.=) 'legacy' AND pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid();
REVOKE "legacy" FROM "corpus_manager";
\connect "corpus_other"
GRANT "heir" TO "corpus_manager";
GRANT "legacy" TO "corpus_manager";
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
REVOKE "heir" FROM "corpus_manager";
REVOKE "legacy" FROM "corpus_manager";
\connect "corpus"
GRANT "heir" TO "corpus_manager";
GRANT "legacy" TO "corpus_manager";
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
DROP ROLE "legacy";
REVOKE "heir" FROM "corpus_manager";
