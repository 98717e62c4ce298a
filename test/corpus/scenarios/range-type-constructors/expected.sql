GRANT USAGE ON TYPE app.span TO "reader";
GRANT EXECUTE ON FUNCTION app.own() TO "reader";
