SELECT count(*) = 2 FROM pg_default_acl, aclexplode(defaclacl) a WHERE defaclnamespace = 0 AND a.grantee = 'reader'::regrole;
