REVOKE USAGE ON TYPE app.color, app.short FROM "reader";
REVOKE USAGE ON TYPE app.pair FROM "pg_monitor";
GRANT USAGE ON SCHEMA app TO "reader";
