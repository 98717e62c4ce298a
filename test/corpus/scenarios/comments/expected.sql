COMMENT ON ROLE "app-viewer" IS 'Generated from profile ''viewer'' for schema ''app''';
COMMENT ON ROLE "changed" IS E'after: \\ ''quoted'' "twice"\nand a second line – é';
COMMENT ON ROLE "removed" IS NULL;
CREATE ROLE "newcomer" NOLOGIN;
COMMENT ON ROLE "newcomer" IS '$1';
