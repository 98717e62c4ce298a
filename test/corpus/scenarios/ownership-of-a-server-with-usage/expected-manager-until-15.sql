CREATE ROLE "keeper" NOLOGIN;
GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO "keeper";
GRANT "former" TO "corpus_manager";
GRANT "keeper" TO "corpus_manager";
ALTER SERVER server OWNER TO "keeper";
REVOKE "former" FROM "corpus_manager";
REVOKE "keeper" FROM "corpus_manager";
