REVOKE "ana" FROM "staff" GRANTED BY "postgres";
GRANT "staff" TO "ana" WITH INHERIT TRUE;
