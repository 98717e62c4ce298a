GRANT USAGE ON SCHEMA public TO legacy;
