DROP OWNED BY "ada";
DROP OWNED BY "zoe";
DROP ROLE "ada";
DROP ROLE "zoe";
