GRANT "lead" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
REVOKE "staff" FROM "ben" GRANTED BY "lead";
GRANT "staff" TO "ana" WITH INHERIT FALSE GRANTED BY "lead";
REVOKE "lead" FROM "corpus_manager" GRANTED BY "corpus_manager";
