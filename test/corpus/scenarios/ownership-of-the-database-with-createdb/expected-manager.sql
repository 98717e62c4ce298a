GRANT "heir" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER DATABASE corpus OWNER TO "heir";
REVOKE "heir" FROM "corpus_manager" GRANTED BY "corpus_manager";
