ALTER ROLE "legacy" NOLOGIN;
\connect "corpus_other"
DROP OWNED BY "legacy";
\connect "corpus"
DROP OWNED BY "legacy";
DROP ROLE "legacy";
