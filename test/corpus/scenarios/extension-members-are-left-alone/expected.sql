REVOKE EXECUTE ON FUNCTION app.own() FROM PUBLIC;
REVOKE INSERT ON TABLE app.named_member FROM "reader";
REVOKE USAGE ON TYPE app.named_type FROM PUBLIC;
GRANT USAGE ON TYPE app.named_type TO "reader";
GRANT SELECT ON TABLE app.named_member, app.own TO "reader";
GRANT EXECUTE ON FUNCTION app.own() TO "reader";
