GRANT "app_owner" TO "corpus_manager";
GRANT "mallory" TO "corpus_manager";
ALTER TABLE app.granted OWNER TO "app_owner";
CREATE ROLE "reader" NOLOGIN;
GRANT SELECT ON TABLE app.another, app.granted TO "reader";
REVOKE "app_owner" FROM "corpus_manager";
REVOKE "mallory" FROM "corpus_manager";
