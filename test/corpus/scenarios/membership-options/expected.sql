GRANT "staff" TO "ana" WITH ADMIN TRUE GRANTED BY "postgres";
GRANT "staff" TO "ben" WITH ADMIN FALSE GRANTED BY "postgres";
GRANT "staff" TO "eve" WITH INHERIT FALSE GRANTED BY "postgres";
