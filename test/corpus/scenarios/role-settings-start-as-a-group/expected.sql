CREATE ROLE "ana" LOGIN;
CREATE ROLE "owners" NOLOGIN;
CREATE ROLE "staff" NOLOGIN;
CREATE ROLE "zoe" LOGIN;
GRANT "owners" TO "staff" WITH INHERIT TRUE;
GRANT "staff" TO "ana" WITH INHERIT TRUE;
ALTER ROLE "ana" SET "role" TO 'owners';
ALTER ROLE "zoe" IN DATABASE "corpus" SET "role" TO 'zoe';
