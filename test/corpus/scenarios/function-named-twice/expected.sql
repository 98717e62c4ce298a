GRANT EXECUTE ON FUNCTION app.f(integer) TO "ana";
GRANT EXECUTE ON FUNCTION app.f(integer) TO "ben";
