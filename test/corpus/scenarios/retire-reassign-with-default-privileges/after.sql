SELECT tableowner = 'heir' FROM pg_tables WHERE tablename = 't';
SELECT count(*) = 0 FROM pg_default_acl;
