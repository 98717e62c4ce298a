GRANT "ada" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
DROP OWNED BY "ada";
GRANT "zoe" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
DROP OWNED BY "zoe";
DROP ROLE "ada";
DROP ROLE "zoe";
