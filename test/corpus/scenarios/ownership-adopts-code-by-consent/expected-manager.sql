GRANT "app_owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT "mallory" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER MATERIALIZED VIEW app.m OWNER TO "app_owner";
ALTER ROUTINE app.definer() OWNER TO "app_owner";
ALTER ROUTINE app.invoker() OWNER TO "app_owner";
ALTER TABLE app.t OWNER TO "app_owner";
ALTER VIEW app.v OWNER TO "app_owner";
REVOKE "app_owner" FROM "corpus_manager" GRANTED BY "corpus_manager";
REVOKE "mallory" FROM "corpus_manager" GRANTED BY "corpus_manager";
