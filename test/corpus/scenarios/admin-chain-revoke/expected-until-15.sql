REVOKE "staff" FROM "a_boss";
REVOKE "staff" FROM "member";
