GRANT "app_owner" TO "corpus_manager";
GRANT "mallory" TO "corpus_manager";
ALTER VIEW app.by_invoker OWNER TO "app_owner";
ALTER VIEW app.by_invoker_too OWNER TO "app_owner";
REVOKE "app_owner" FROM "corpus_manager";
REVOKE "mallory" FROM "corpus_manager";
