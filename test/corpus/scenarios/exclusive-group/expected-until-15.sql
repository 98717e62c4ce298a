REVOKE "pg_read_all_settings" FROM "corpus_manager";
REVOKE "pg_read_all_settings" FROM "stranger";
REVOKE "team" FROM "corpus_manager";
REVOKE "team" FROM "stranger";
REVOKE "team" FROM "strangers_friend";
GRANT "pg_read_all_settings" TO "ana";
GRANT "team" TO "ana";
