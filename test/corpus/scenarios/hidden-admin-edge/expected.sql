REVOKE "staff" FROM "sneaky" GRANTED BY "postgres";
