REVOKE "ana" FROM "partner";
REVOKE "others" FROM "ana";
REVOKE "pg_read_all_data" FROM "ana";
