GRANT SELECT ON TABLE app.t TO "reader";
