REVOKE "pg_read_all_settings" FROM "stranger" GRANTED BY "corpus_manager";
REVOKE "pg_read_all_settings" FROM "corpus_manager" GRANTED BY "postgres";
REVOKE "team" FROM "strangers_friend" GRANTED BY "stranger";
REVOKE "team" FROM "stranger" GRANTED BY "corpus_manager";
REVOKE "team" FROM "corpus_manager" GRANTED BY "postgres";
GRANT "pg_read_all_settings" TO "ana" WITH INHERIT TRUE;
GRANT "team" TO "ana" WITH INHERIT TRUE;
