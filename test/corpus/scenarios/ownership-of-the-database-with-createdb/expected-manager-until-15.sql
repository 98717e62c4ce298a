GRANT "heir" TO "corpus_manager";
ALTER DATABASE corpus OWNER TO "heir";
REVOKE "heir" FROM "corpus_manager";
