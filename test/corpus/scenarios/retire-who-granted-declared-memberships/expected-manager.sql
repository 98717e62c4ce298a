GRANT "legacy" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
DROP OWNED BY "legacy";
DROP ROLE "legacy";
GRANT "staff" TO "ana" WITH INHERIT TRUE;
