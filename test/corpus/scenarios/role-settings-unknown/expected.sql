CREATE ROLE "ana" NOLOGIN;
ALTER ROLE "ana" SET "wrok_mem" TO '1MB';
