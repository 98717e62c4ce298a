CREATE ROLE "reader" NOLOGIN;
GRANT "known_owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE GRANTED BY "lead";
GRANT "owner" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE GRANTED BY "lead";
GRANT USAGE ON SCHEMA app, known TO "reader";
GRANT "known_owner" TO "corpus_manager" WITH INHERIT FALSE, SET FALSE GRANTED BY "lead";
REVOKE "owner" FROM "corpus_manager" GRANTED BY "lead";
