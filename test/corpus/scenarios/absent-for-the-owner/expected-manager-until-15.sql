GRANT "heir" TO "corpus_manager";
GRANT "lead" TO "corpus_manager";
ALTER TABLE app.moves OWNER TO "heir";
REVOKE "heir" FROM "corpus_manager";
REVOKE "lead" FROM "corpus_manager";
