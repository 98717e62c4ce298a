CREATE ROLE "app_owner" NOLOGIN;
ALTER SCHEMA "app" OWNER TO "app_owner";
ALTER ROUTINE app.f() OWNER TO "app_owner";
ALTER ROUTINE app.p() OWNER TO "maker";
ALTER TABLE app.a OWNER TO "app_owner";
ALTER TABLE app.b OWNER TO "app_owner";
ALTER TABLE app.special OWNER TO "app_owner";
GRANT SELECT ON TABLE app.a, app.b, app.special TO "maker";
GRANT USAGE ON SEQUENCE app.special_id_seq TO "maker";
