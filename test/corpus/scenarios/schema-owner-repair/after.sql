SELECT count(*) = 2 FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'app' AND a.grantee = 'app_owner'::regrole;
SELECT cardinality(nspacl) = 0 FROM pg_namespace WHERE nspname = 'spare';
