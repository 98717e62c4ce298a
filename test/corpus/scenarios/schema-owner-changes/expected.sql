ALTER SCHEMA "app" OWNER TO "new_owner";
REVOKE CREATE ON SCHEMA app FROM "reader";
GRANT USAGE ON SCHEMA app TO "old_owner";
