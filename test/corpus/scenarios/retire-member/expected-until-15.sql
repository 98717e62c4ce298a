REVOKE "legacy" FROM "friend";
REVOKE "staff" FROM "legacy";
DROP ROLE "legacy";
