CREATE ROLE "ana" LOGIN;
CREATE ROLE "owners" NOLOGIN;
CREATE ROLE "staff" NOLOGIN;
CREATE ROLE "zoe" LOGIN;
GRANT "owners" TO "staff";
GRANT "staff" TO "ana";
ALTER ROLE "ana" SET "role" TO 'owners';
ALTER ROLE "zoe" IN DATABASE "corpus" SET "role" TO 'zoe';
