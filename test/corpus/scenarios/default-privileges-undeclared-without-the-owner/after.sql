SELECT count(*) = 1 FROM pg_default_acl;
SELECT shobj_description('reader'::regrole, 'pg_authid') = 'new';
