GRANT "a_lead" TO "corpus_manager";
SET LOCAL ROLE "a_lead";
REVOKE INSERT ON TABLE app.t FROM "reader";
SET LOCAL ROLE "corpus_manager";
REVOKE "a_lead" FROM "corpus_manager";
