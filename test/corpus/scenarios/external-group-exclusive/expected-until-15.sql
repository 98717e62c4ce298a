REVOKE "partner" FROM "stranger";
GRANT "partner" TO "ana";
