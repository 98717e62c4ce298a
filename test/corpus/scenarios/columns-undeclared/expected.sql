REVOKE SELECT ("name"), UPDATE ("name") ON TABLE app.one FROM "reader";
REVOKE SELECT ("id") ON TABLE app.two FROM "reader";
REVOKE SELECT ("one") ON TABLE app.v FROM "reader";
GRANT SELECT ON TABLE app.two TO "reader";
