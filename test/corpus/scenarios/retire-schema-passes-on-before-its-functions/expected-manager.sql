GRANT "heir" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT "legacy" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
REASSIGN OWNED BY "legacy" TO "heir";
DROP ROLE "legacy";
REVOKE "heir" FROM "corpus_manager" GRANTED BY "corpus_manager";
