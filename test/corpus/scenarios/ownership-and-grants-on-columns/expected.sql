ALTER TABLE app.granted OWNER TO "app_owner";
CREATE ROLE "reader" NOLOGIN;
GRANT SELECT ON TABLE app.another, app.granted TO "reader";
