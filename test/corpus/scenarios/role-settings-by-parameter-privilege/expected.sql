CREATE ROLE "ana" NOLOGIN;
ALTER ROLE "ana" SET "app"."tenant" TO 'x';
ALTER ROLE "ana" SET "log_statement" TO 'all';
