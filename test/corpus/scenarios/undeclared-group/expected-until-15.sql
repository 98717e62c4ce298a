CREATE ROLE "ana" NOLOGIN;
GRANT "pg_read_all_stats" TO "ana";
GRANT "team" TO "ana";
