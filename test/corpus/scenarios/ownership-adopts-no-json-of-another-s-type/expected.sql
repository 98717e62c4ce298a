ALTER TABLE app.a_plain OWNER TO "app_owner";
