SELECT rolcanlogin FROM pg_roles WHERE rolname = 'legacy';
