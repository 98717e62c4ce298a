ALTER TABLE app.t OWNER TO "app_owner";
ALTER TABLE app.u OWNER TO "app_owner";
REVOKE CREATE, USAGE ON SCHEMA app FROM "legacy";
REASSIGN OWNED BY "legacy" TO "heir";
DROP OWNED BY "legacy";
DROP ROLE "legacy";
GRANT SELECT ON TABLE app.t, app.u TO "heir";
