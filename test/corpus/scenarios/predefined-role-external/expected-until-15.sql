CREATE ROLE "watch" LOGIN;
GRANT "pg_monitor" TO "watch" WITH ADMIN OPTION;
