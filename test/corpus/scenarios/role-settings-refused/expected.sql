CREATE ROLE "ana" NOLOGIN;
ALTER ROLE "ana" SET "log_statement" TO 'all';
