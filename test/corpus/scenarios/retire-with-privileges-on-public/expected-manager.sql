ALTER ROLE "legacy" NOLOGIN;
\connect "corpus_other"
GRANT "legacy" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
DROP OWNED BY "legacy";
REVOKE "legacy" FROM "corpus_manager" GRANTED BY "corpus_manager";
\connect "corpus"
GRANT "legacy" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
DROP OWNED BY "legacy";
DROP ROLE "legacy";
