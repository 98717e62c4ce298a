GRANT "staff" TO "ana" WITH INHERIT TRUE GRANTED BY "postgres";
GRANT "staff" TO "ben" WITH SET TRUE GRANTED BY "postgres";
