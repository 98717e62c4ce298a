ALTER TYPE app.named OWNER TO "keeper";
ALTER TYPE app.span OWNER TO "keeper";
DROP ROLE "legacy";
