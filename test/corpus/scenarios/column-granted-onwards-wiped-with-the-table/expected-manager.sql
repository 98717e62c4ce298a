REVOKE SELECT ("name") ON TABLE app.t FROM "lead";
REVOKE SELECT ON TABLE app.t FROM "keeper";
