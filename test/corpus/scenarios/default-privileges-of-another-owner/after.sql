SELECT count(*) = 2 FROM pg_default_acl d, aclexplode(defaclacl) a WHERE a.grantee = 'human'::regrole;
