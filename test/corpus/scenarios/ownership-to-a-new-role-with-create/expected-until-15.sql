CREATE ROLE "app_owner" NOLOGIN;
GRANT CREATE ON SCHEMA app TO "app_owner";
GRANT "app_owner" TO "corpus_manager";
ALTER TABLE app.t OWNER TO "app_owner";
GRANT USAGE ON SCHEMA app TO "app_owner";
REVOKE "app_owner" FROM "corpus_manager";
