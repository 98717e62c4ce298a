REVOKE "partner" FROM "stranger" GRANTED BY "corpus_manager";
GRANT "partner" TO "ana" WITH INHERIT TRUE;
