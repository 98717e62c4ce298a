REVOKE UPDATE ON TABLE app.far_two FROM "reader";
GRANT SELECT ON TABLE app.far_two, app.near TO "reader";
GRANT INSERT, SELECT ON TABLE app.far_one TO "reader";
