CREATE ROLE "ana" NOLOGIN;
GRANT "pg_read_all_stats" TO "ana" WITH INHERIT TRUE;
GRANT "team" TO "ana" WITH INHERIT TRUE;
