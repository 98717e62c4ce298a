GRANT "keeper" TO "corpus_manager";
ALTER SCHEMA "shop" OWNER TO "keeper";
ALTER TABLE shop.t OWNER TO "corpus_manager";
REVOKE "keeper" FROM "corpus_manager";
