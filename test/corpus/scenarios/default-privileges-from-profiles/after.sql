SELECT count(*) = 2 FROM pg_default_acl;
