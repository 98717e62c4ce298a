SELECT rolcanlogin FROM pg_roles WHERE rolname = 'legacy';
SELECT tableowner = 'legacy' FROM pg_tables WHERE tablename = 'here';
