CREATE ROLE "keeper" NOLOGIN;
GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO "keeper";
GRANT "former" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT "keeper" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER SERVER server OWNER TO "keeper";
REVOKE "former" FROM "corpus_manager" GRANTED BY "corpus_manager";
REVOKE "keeper" FROM "corpus_manager" GRANTED BY "corpus_manager";
