REVOKE "app" FROM "guest";
