REVOKE "app" FROM "guest" GRANTED BY "postgres";
