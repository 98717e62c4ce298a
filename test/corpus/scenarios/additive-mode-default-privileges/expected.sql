CREATE ROLE "app_reader" NOLOGIN;
COMMENT ON ROLE "app_reader" IS 'Generated from profile ''reader'' for schema ''app''';
ALTER DEFAULT PRIVILEGES FOR ROLE "declared" GRANT USAGE ON TYPES TO "other";
ALTER DEFAULT PRIVILEGES FOR ROLE "declared" IN SCHEMA "app" GRANT SELECT ON TABLES TO "app_reader";
