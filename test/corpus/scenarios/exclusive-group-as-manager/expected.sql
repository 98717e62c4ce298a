REVOKE "pg_read_all_settings" FROM "stranger" GRANTED BY "corpus_manager";
REVOKE "team" FROM "stranger" GRANTED BY "corpus_manager";
GRANT "pg_read_all_settings" TO "ana" WITH INHERIT TRUE;
GRANT "team" TO "ana" WITH INHERIT TRUE;
