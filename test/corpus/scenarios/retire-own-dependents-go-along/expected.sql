DROP OWNED BY "legacy";
DROP ROLE "legacy";
