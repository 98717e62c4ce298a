REVOKE "pgbouncer" FROM "pgapp";
CREATE SCHEMA "pgroles_app" AUTHORIZATION "pgapp";
GRANT SELECT ON TABLE pgboss.job TO "pgapp";
