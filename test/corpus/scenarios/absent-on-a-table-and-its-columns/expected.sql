REVOKE SELECT ("one") ON TABLE app.m FROM "reader";
REVOKE SELECT ("id") ON TABLE app.t FROM PUBLIC;
REVOKE SELECT ("id") ON TABLE app.t FROM "pg_monitor";
SET LOCAL ROLE "writer";
REVOKE SELECT ("id") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "postgres";
REVOKE SELECT ("name") ON TABLE app.t FROM "reader";
REVOKE SELECT ("one") ON TABLE app.v FROM PUBLIC;
