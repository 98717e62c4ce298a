CREATE ROLE "ana" NOLOGIN;
CREATE ROLE "staff" NOLOGIN;
GRANT "staff" TO "ana";
ALTER ROLE "ana" SET "pgaudit"."log" TO 'all';
ALTER ROLE "ana" SET "role" TO 'staff';
ALTER ROLE "ana" SET "timezone" TO 'UTC';
