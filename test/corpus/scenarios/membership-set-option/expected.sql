GRANT "staff" TO "ana" WITH SET FALSE GRANTED BY "corpus_manager";
GRANT "staff" TO "ben" WITH SET TRUE GRANTED BY "corpus_manager";
GRANT "staff" TO "novice" WITH INHERIT TRUE, SET FALSE;
