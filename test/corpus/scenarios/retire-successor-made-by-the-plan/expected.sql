CREATE ROLE "heir" LOGIN;
COMMENT ON ROLE "heir" IS 'takes over';
ALTER ROLE "legacy" NOLOGIN;
\connect "corpus_other"
REASSIGN OWNED BY "legacy" TO "heir";
\connect "corpus"
REASSIGN OWNED BY "legacy" TO "heir";
DROP ROLE "legacy";
