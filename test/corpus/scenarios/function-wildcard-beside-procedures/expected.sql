REVOKE EXECUTE ON PROCEDURE app.tidy() FROM "caller";
GRANT EXECUTE ON FUNCTION app.plain(integer), app.ranked(), app.total(integer) TO "caller";
