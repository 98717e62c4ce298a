GRANT "old" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT SELECT ON TABLE app.t TO "reader";
REVOKE "old" FROM "corpus_manager" GRANTED BY "corpus_manager";
