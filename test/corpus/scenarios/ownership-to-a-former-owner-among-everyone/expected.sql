GRANT "keeper" TO "corpus_manager" WITH INHERIT TRUE, SET TRUE;
ALTER SCHEMA "shop" OWNER TO "keeper";
ALTER TABLE shop.t OWNER TO "corpus_manager";
REVOKE "keeper" FROM "corpus_manager" GRANTED BY "corpus_manager";
