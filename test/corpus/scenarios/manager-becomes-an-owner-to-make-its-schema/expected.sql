CREATE SCHEMA "app" AUTHORIZATION "app_owner";
SET LOCAL ROLE "app_owner";
GRANT USAGE ON SCHEMA "app" TO "reader";
SET LOCAL ROLE "corpus_manager";
