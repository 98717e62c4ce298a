DROP ROLE "legacy";
