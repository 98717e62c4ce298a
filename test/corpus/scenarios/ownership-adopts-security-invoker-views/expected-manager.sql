GRANT "app_owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT "mallory" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER VIEW app.by_invoker OWNER TO "app_owner";
ALTER VIEW app.by_invoker_too OWNER TO "app_owner";
REVOKE "app_owner" FROM "corpus_manager" GRANTED BY "corpus_manager";
REVOKE "mallory" FROM "corpus_manager" GRANTED BY "corpus_manager";
