ALTER SCHEMA "app" OWNER TO "app_owner";
REVOKE INSERT ON TABLE app.t FROM "reader";
