REVOKE "staff" FROM "novice" GRANTED BY "corpus_manager";
