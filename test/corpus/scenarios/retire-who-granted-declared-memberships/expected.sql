DROP OWNED BY "legacy";
DROP ROLE "legacy";
GRANT "staff" TO "ana" WITH INHERIT TRUE;
