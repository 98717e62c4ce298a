GRANT "keeper" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
GRANT "legacy" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER TYPE app.named OWNER TO "keeper";
ALTER TYPE app.nameds OWNER TO "keeper";
ALTER TYPE app.span OWNER TO "keeper";
ALTER TYPE app.spans OWNER TO "keeper";
ALTER TYPE other.halves OWNER TO "keeper";
DROP ROLE "legacy";
REVOKE "keeper" FROM "corpus_manager" GRANTED BY "corpus_manager";
