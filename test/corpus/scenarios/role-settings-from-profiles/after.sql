SELECT setconfig @> ARRAY['search_path=shop, public', 'application_name=app of shop'] FROM pg_db_role_setting WHERE setrole = '"shop-app"'::regrole;
SELECT setconfig @> ARRAY['search_path="A ""b"", {profile}", public'] FROM pg_db_role_setting WHERE setrole = '"odd-app"'::regrole;
