REVOKE UPDATE ON TABLE app.t FROM "partner";
REVOKE UPDATE ON TABLE app.t FROM "pg_monitor";
CREATE ROLE "reader" NOLOGIN;
GRANT "partner" TO "ana";
GRANT INSERT ON TABLE app.t TO "kept";
