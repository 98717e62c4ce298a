SELECT count(*) = 0 FROM pg_default_acl;
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'legacy');
