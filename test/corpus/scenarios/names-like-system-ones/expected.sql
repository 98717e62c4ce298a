REVOKE "pgbouncer" FROM "pgapp" GRANTED BY "postgres";
CREATE SCHEMA "pgroles_app" AUTHORIZATION "pgapp";
GRANT SELECT ON TABLE pgboss.job TO "pgapp";
