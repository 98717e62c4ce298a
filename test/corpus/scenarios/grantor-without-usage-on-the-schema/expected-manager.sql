GRANT "keeper" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT USAGE ON SCHEMA "app" TO "dba";
GRANT "dba" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
SET LOCAL ROLE "dba";
REVOKE INSERT ON TABLE app.t FROM "reader";
SET LOCAL ROLE "corpus_manager";
REVOKE USAGE ON SCHEMA "app" FROM "dba";
REVOKE "keeper" FROM "corpus_manager" GRANTED BY "corpus_manager";
REVOKE "dba" FROM "corpus_manager" GRANTED BY "corpus_manager";
