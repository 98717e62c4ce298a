GRANT "heir" TO "corpus_manager";
GRANT "legacy" TO "corpus_manager";
REASSIGN OWNED BY "legacy" TO "heir";
DROP ROLE "legacy";
REVOKE "heir" FROM "corpus_manager";
