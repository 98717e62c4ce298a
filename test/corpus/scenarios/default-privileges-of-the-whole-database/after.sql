SELECT count(*) = 3 FROM pg_default_acl;
