GRANT "former" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
SET LOCAL ROLE "former";
REVOKE GRANT OPTION FOR USAGE ON FOREIGN SERVER far FROM "linker";
SET LOCAL ROLE "corpus_manager";
REVOKE "former" FROM "corpus_manager" GRANTED BY "corpus_manager";
