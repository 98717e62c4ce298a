SELECT count(*) = 1 FROM pg_default_acl;
