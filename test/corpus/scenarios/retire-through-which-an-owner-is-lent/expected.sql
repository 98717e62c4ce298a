ALTER ROLE "old" NOLOGIN;
CREATE ROLE "reader" NOLOGIN;
GRANT "owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE GRANTED BY "old";
GRANT USAGE ON SCHEMA app TO "reader";
REVOKE "owner" FROM "corpus_manager" GRANTED BY "old";
DROP ROLE "old";
