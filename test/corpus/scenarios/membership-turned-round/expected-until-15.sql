REVOKE "ana" FROM "staff";
GRANT "staff" TO "ana";
