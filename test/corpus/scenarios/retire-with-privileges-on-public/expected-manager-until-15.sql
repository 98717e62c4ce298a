ALTER ROLE "legacy" NOLOGIN;
\connect "corpus_other"
GRANT "legacy" TO "corpus_manager";
DROP OWNED BY "legacy";
REVOKE "legacy" FROM "corpus_manager";
\connect "corpus"
GRANT "legacy" TO "corpus_manager";
DROP OWNED BY "legacy";
DROP ROLE "legacy";
