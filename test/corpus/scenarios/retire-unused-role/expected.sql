ALTER ROLE "legacy" NOLOGIN;
DROP ROLE "legacy";
