SET LOCAL ROLE "lead";
REVOKE SELECT ("id") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "postgres";
GRANT SELECT ("id") ON TABLE app.t TO "reader";
