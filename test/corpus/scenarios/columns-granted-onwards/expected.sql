REVOKE SELECT ("id") ON TABLE app.t FROM "a_lead";
SET LOCAL ROLE "a_lead";
REVOKE SELECT ("name") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "postgres";
REVOKE SELECT ("name") ON TABLE app.t FROM "a_lead";
REVOKE USAGE ON SCHEMA app FROM "a_lead";
REVOKE USAGE ON SCHEMA app FROM "b_keeper";
GRANT SELECT ("name") ON TABLE app.t TO "reader";
