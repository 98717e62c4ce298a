SELECT count(*) = 1 FROM pg_roles WHERE rolname = 'legacy';
