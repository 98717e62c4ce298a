SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'team')
