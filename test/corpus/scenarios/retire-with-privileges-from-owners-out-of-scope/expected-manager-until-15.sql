ALTER ROLE "legacy" NOLOGIN;
\connect "corpus_other"
GRANT "heir" TO "corpus_manager";
GRANT "legacy" TO "corpus_manager";
REASSIGN OWNED BY "legacy" TO "heir";
GRANT "ana" TO "corpus_manager";
DROP OWNED BY "legacy";
REVOKE "heir" FROM "corpus_manager";
REVOKE "legacy" FROM "corpus_manager";
REVOKE "ana" FROM "corpus_manager";
\connect "corpus"
GRANT "heir" TO "corpus_manager";
GRANT "legacy" TO "corpus_manager";
REASSIGN OWNED BY "legacy" TO "heir";
GRANT "Ben ""B""" TO "corpus_manager";
GRANT "ana" TO "corpus_manager";
DROP OWNED BY "legacy";
DROP ROLE "legacy";
REVOKE "heir" FROM "corpus_manager";
REVOKE "Ben ""B""" FROM "corpus_manager";
REVOKE "ana" FROM "corpus_manager";
