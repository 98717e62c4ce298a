REVOKE "staff" FROM "ana" GRANTED BY "admins";
CREATE ROLE "novice" NOLOGIN;
GRANT "staff" TO "novice" WITH INHERIT TRUE;
