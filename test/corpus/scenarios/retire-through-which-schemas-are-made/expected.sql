ALTER ROLE "old" NOLOGIN;
DROP OWNED BY "old";
CREATE ROLE "app_owner" NOLOGIN;
GRANT "app_owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
CREATE SCHEMA "app" AUTHORIZATION "app_owner";
DROP ROLE "old";
REVOKE "app_owner" FROM "corpus_manager" GRANTED BY "corpus_manager";
