REVOKE SELECT ("secret") ON TABLE app.t FROM "reader";
GRANT USAGE ON SCHEMA app TO "reader";
