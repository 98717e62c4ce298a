GRANT "staff" TO "lead" WITH INHERIT TRUE, ADMIN TRUE;
REVOKE "staff" FROM "member" GRANTED BY "lead";
REVOKE "staff" FROM "lead" GRANTED BY "chief";
REVOKE "staff" FROM "novice" GRANTED BY "chief";
GRANT "staff" TO "chief" WITH ADMIN FALSE GRANTED BY "postgres";
GRANT "staff" TO "member" WITH INHERIT TRUE;
