GRANT "staff" TO "ana" WITH SET TRUE GRANTED BY "postgres";
GRANT "staff" TO "eve" WITH INHERIT FALSE GRANTED BY "postgres";
