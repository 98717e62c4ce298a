GRANT "former" TO "corpus_manager";
SET LOCAL ROLE "former";
REVOKE GRANT OPTION FOR USAGE ON FOREIGN SERVER far FROM "linker";
SET LOCAL ROLE "corpus_manager";
REVOKE "former" FROM "corpus_manager";
