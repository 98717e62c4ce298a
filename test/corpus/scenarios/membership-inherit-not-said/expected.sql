GRANT "staff" TO "ben" WITH INHERIT TRUE GRANTED BY "corpus_manager";
