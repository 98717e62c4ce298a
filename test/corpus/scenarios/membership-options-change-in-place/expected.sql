GRANT "staff" TO "lead" WITH INHERIT FALSE GRANTED BY "corpus_manager";
