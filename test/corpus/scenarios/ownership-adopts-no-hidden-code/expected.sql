ALTER TABLE app.a_plain OWNER TO "app_owner";
ALTER TABLE app.a_tree OWNER TO "app_owner";
ALTER TABLE app.a_tree_1 OWNER TO "app_owner";
ALTER TYPE app.number OWNER TO "app_owner";
REVOKE REFERENCES ("id") ON TABLE app.a_plain FROM "reviewer";
REVOKE TRIGGER ON TABLE app.a_plain FROM "reviewer";
GRANT REFERENCES ON TABLE app.a_plain TO "editor";
