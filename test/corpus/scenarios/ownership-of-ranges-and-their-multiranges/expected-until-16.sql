ALTER TYPE app.named OWNER TO "keeper";
ALTER TYPE app.nameds OWNER TO "keeper";
ALTER TYPE app.span OWNER TO "keeper";
ALTER TYPE app.spans OWNER TO "keeper";
ALTER TYPE other.halves OWNER TO "keeper";
DROP ROLE "legacy";
