SELECT count(*) = 0 FROM pg_roles WHERE rolname IN ('ada', 'zoe');
