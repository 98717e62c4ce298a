GRANT "app_owner" TO "corpus_manager";
GRANT "mallory" TO "corpus_manager";
ALTER MATERIALIZED VIEW app.m OWNER TO "app_owner";
ALTER ROUTINE app.definer() OWNER TO "app_owner";
ALTER ROUTINE app.invoker() OWNER TO "app_owner";
ALTER TABLE app.t OWNER TO "app_owner";
ALTER VIEW app.v OWNER TO "app_owner";
REVOKE "app_owner" FROM "corpus_manager";
REVOKE "mallory" FROM "corpus_manager";
