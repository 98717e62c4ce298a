CREATE ROLE "reader" NOLOGIN;
GRANT USAGE ON SCHEMA app TO "reader";
GRANT SELECT ON TABLE app.t TO "reader";
REVOKE "grp" FROM "old" GRANTED BY "corpus_manager";
