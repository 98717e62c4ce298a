REVOKE ADMIN OPTION FOR "staff" FROM "corpus_manager";
