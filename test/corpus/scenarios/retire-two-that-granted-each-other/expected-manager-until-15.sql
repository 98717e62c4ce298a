GRANT "ada" TO "corpus_manager";
DROP OWNED BY "ada";
GRANT "zoe" TO "corpus_manager";
DROP OWNED BY "zoe";
DROP ROLE "ada";
DROP ROLE "zoe";
