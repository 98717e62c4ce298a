REVOKE "team" FROM "ana" GRANTED BY "postgres";
REVOKE "team" FROM "corpus_manager" GRANTED BY "postgres";
DROP OWNED BY "team";
DROP ROLE "team";
