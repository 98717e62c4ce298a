SELECT count(*) = 3 FROM pg_default_acl, aclexplode(defaclacl) a WHERE a.grantee NOT IN (0, defaclrole);
