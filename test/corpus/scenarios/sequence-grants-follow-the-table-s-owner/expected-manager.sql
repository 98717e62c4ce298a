GRANT "app_owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER TABLE app.t OWNER TO "app_owner";
REVOKE SELECT ON SEQUENCE app.alone, app.t_id_seq FROM "reader";
REVOKE USAGE ON SEQUENCE app.alone FROM "app_owner";
REVOKE "app_owner" FROM "corpus_manager" GRANTED BY "corpus_manager";
