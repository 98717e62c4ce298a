ALTER ROLE "a_lead" NOLOGIN;
ALTER ROLE "b_other" NOLOGIN;
DROP OWNED BY "a_lead";
DROP OWNED BY "b_other";
DROP ROLE "b_other";
DROP ROLE "a_lead";
