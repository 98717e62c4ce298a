CREATE ROLE "staff" NOLOGIN;
GRANT "staff" TO "corpus_manager" WITH INHERIT TRUE;
ALTER ROLE "corpus_manager" SET "role" TO 'staff';
