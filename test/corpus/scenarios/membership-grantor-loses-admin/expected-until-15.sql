REVOKE "staff" FROM "novice";
REVOKE ADMIN OPTION FOR "staff" FROM "chief";
