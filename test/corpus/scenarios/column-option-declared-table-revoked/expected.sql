SET LOCAL ROLE "lead";
REVOKE SELECT ("id") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "postgres";
REVOKE SELECT ON TABLE app.t FROM "lead";
GRANT SELECT ("id") ON TABLE app.t TO "lead" WITH GRANT OPTION;
GRANT SELECT ("id") ON TABLE app.t TO "reader";
