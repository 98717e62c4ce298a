ALTER ROUTINE app.g() OWNER TO "owner";
DROP OWNED BY "old";
DROP ROLE "old";
GRANT EXECUTE ON FUNCTION app.g() TO "reader";
