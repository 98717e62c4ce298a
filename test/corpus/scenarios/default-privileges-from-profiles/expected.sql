CREATE ROLE "r_reader_app" NOLOGIN;
COMMENT ON ROLE "r_reader_app" IS 'Generated from profile ''reader'' for schema ''app''';
CREATE ROLE "shop-reader" NOLOGIN;
COMMENT ON ROLE "shop-reader" IS 'Generated from profile ''reader'' for schema ''shop''';
ALTER SCHEMA "app" OWNER TO "app_owner";
ALTER SCHEMA "shop" OWNER TO "shop_owner";
ALTER DEFAULT PRIVILEGES FOR ROLE "app_owner" IN SCHEMA "app" GRANT SELECT ON TABLES TO "r_reader_app";
ALTER DEFAULT PRIVILEGES FOR ROLE "shop_owner" IN SCHEMA "shop" GRANT SELECT ON TABLES TO "shop-reader";
