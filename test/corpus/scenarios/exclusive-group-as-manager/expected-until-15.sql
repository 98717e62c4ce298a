REVOKE "pg_read_all_settings" FROM "stranger";
REVOKE "team" FROM "stranger";
GRANT "pg_read_all_settings" TO "ana";
GRANT "team" TO "ana";
