DROP OWNED BY "team";
DROP ROLE "team";
