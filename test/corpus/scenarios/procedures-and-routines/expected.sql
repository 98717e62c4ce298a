REVOKE EXECUTE ON PROCEDURE app.tidy() FROM "runner";
REVOKE GRANT OPTION FOR EXECUTE ON FUNCTION app.same(integer) FROM "caller";
GRANT EXECUTE ON PROCEDURE app.clean(), app.same(text), app.tidy() TO "caller";
GRANT EXECUTE ON PROCEDURE app.clean(), app.same(text), app.tidy() TO "everything";
GRANT EXECUTE ON FUNCTION app.same(integer), app.total(integer) TO "everything";
GRANT EXECUTE ON FUNCTION app.same(integer), app.total(integer) TO "runner";
GRANT EXECUTE ON PROCEDURE app.same(text) TO "runner";
GRANT EXECUTE ON FUNCTION app.total(integer) TO "caller";
