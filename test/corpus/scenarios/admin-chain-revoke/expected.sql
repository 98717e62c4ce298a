REVOKE "staff" FROM "member" GRANTED BY "a_boss";
REVOKE "staff" FROM "a_boss" GRANTED BY "postgres";
