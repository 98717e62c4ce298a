GRANT "boss" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
REVOKE "staff" FROM "ben" GRANTED BY "boss";
REVOKE "staff" FROM "boss" GRANTED BY "corpus_manager";
REVOKE "staff" FROM "eve" GRANTED BY "corpus_manager";
REVOKE "boss" FROM "corpus_manager" GRANTED BY "corpus_manager";
