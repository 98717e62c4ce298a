SET LOCAL ROLE "dba";
REVOKE INSERT ON TABLE app.t FROM "reader";
SET LOCAL ROLE "corpus_manager";
GRANT "keeper" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
SET LOCAL ROLE "keeper";
REVOKE INSERT ON TABLE app.u FROM "reader";
SET LOCAL ROLE "corpus_manager";
REVOKE "keeper" FROM "corpus_manager" GRANTED BY "corpus_manager";
