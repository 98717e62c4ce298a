REVOKE "ana" FROM "partner" GRANTED BY "corpus_manager";
REVOKE "others" FROM "ana" GRANTED BY "corpus_manager";
REVOKE "pg_read_all_data" FROM "ana" GRANTED BY "corpus_manager";
