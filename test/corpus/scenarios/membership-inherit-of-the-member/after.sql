SELECT rolinherit FROM pg_roles WHERE rolname = 'eve';
