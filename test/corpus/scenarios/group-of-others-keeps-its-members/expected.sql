GRANT "team" TO "ana" WITH ADMIN FALSE GRANTED BY "corpus_manager";
GRANT "pg_monitor" TO "ana" WITH INHERIT TRUE, ADMIN TRUE;
