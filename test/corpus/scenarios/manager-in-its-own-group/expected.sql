GRANT "staff" TO "corpus_manager" WITH INHERIT TRUE;
