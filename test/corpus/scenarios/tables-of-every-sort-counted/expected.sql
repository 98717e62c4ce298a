GRANT SELECT ON TABLE app.parts, app.plain, app.plain_too, app.remote TO "reader";
