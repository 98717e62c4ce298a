SET LOCAL ROLE "dba";
REVOKE INSERT ON TABLE app.t FROM "reader";
SET LOCAL ROLE "corpus_manager";
SET LOCAL ROLE "dba";
GRANT USAGE ON SCHEMA app TO "reader";
SET LOCAL ROLE "corpus_manager";
