\connect "corpus_other"
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
\connect "corpus"
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
DROP ROLE "legacy";
