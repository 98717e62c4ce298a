SET LOCAL ROLE "b_loser";
REVOKE SELECT ("name") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "postgres";
REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "b_loser";
GRANT SELECT ("name") ON TABLE app.t TO "reader";
