GRANT "lead" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
SET LOCAL ROLE "lead";
REVOKE SELECT ("id") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "corpus_manager";
GRANT SELECT ("id") ON TABLE app.t TO "reader";
REVOKE "lead" FROM "corpus_manager" GRANTED BY "corpus_manager";
