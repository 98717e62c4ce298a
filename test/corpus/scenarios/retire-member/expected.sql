REVOKE "legacy" FROM "friend" GRANTED BY "postgres";
REVOKE "staff" FROM "ana" GRANTED BY "legacy";
REVOKE "staff" FROM "legacy" GRANTED BY "postgres";
DROP ROLE "legacy";
GRANT "staff" TO "ana" WITH INHERIT TRUE;
