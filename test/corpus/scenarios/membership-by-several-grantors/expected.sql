REVOKE "staff" FROM "outsider" GRANTED BY "boss";
REVOKE "staff" FROM "outsider" GRANTED BY "postgres";
GRANT "staff" TO "ana" WITH ADMIN FALSE GRANTED BY "boss";
