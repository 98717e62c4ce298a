GRANT "heir" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT "lead" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER TABLE app.moves OWNER TO "heir";
REVOKE "heir" FROM "corpus_manager" GRANTED BY "corpus_manager";
REVOKE "lead" FROM "corpus_manager" GRANTED BY "corpus_manager";
