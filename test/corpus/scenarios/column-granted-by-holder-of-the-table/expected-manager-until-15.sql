GRANT "b_loser" TO "corpus_manager";
SET LOCAL ROLE "b_loser";
REVOKE SELECT ("name") ON TABLE app.t FROM "reader";
SET LOCAL ROLE "corpus_manager";
REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM "b_loser";
GRANT SELECT ("name") ON TABLE app.t TO "reader";
REVOKE "b_loser" FROM "corpus_manager";
