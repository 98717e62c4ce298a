REVOKE "staff" FROM "outsider";
CREATE ROLE "ana" LOGIN;
CREATE ROLE "ben" LOGIN NOINHERIT;
-- ALTER ROLE "ana" PASSWORD '[REDACTED]';
GRANT "pg_monitor" TO "ana";
GRANT "staff" TO "ana" WITH ADMIN OPTION;
GRANT "staff" TO "ben";
