GRANT "old_owner" TO "corpus_manager";
ALTER SCHEMA "app" OWNER TO "keeper";
GRANT "new_owner" TO "corpus_manager";
ALTER TABLE app.t OWNER TO "new_owner";
REVOKE "old_owner" FROM "corpus_manager";
REVOKE "new_owner" FROM "corpus_manager";
