ALTER ROUTINE app.f() OWNER TO "new_owner";
ALTER TABLE app.t OWNER TO "new_owner";
ALTER TABLE app.u OWNER TO "new_owner";
REVOKE INSERT, UPDATE ON TABLE app.t FROM "reader";
REVOKE SELECT ON TABLE app.t FROM "writer";
REVOKE CREATE ON SCHEMA app FROM "old_owner";
GRANT SELECT ON TABLE app.t, app.u TO "old_owner";
GRANT SELECT ON TABLE app.u TO "reader";
