ALTER ROUTINE app.evil() OWNER TO "app_owner";
ALTER TABLE app.a_child OWNER TO "app_owner";
ALTER TABLE app.a_parent OWNER TO "app_owner";
ALTER TYPE app.runs_text OWNER TO "app_owner";
