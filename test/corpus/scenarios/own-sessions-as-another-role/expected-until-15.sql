CREATE ROLE "staff" NOLOGIN;
GRANT "staff" TO "corpus_manager";
ALTER ROLE "corpus_manager" SET "role" TO 'staff';
