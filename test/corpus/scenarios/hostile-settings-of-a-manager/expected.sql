CREATE ROLE "reader" NOLOGIN;
COMMENT ON ROLE "reader" IS E'C:\\new ''é''';
CREATE SCHEMA "made";
GRANT SELECT ON TABLE app.t TO "reader";
ALTER ROLE "reader" SET "search_path" TO '$user';
