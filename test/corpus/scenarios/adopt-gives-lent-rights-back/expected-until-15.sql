GRANT "old" TO "corpus_manager";
GRANT SELECT ON TABLE app.t TO "reader";
REVOKE "old" FROM "corpus_manager";
