SELECT nspowner = 'old_owner'::regrole FROM pg_namespace WHERE nspname = 'app';
SELECT count(*) = 1 FROM pg_default_acl, aclexplode(defaclacl) WHERE defaclrole = 'old_owner'::regrole;
SELECT count(*) = 1 FROM pg_default_acl, aclexplode(defaclacl) WHERE defaclrole = 'declared'::regrole AND grantee = 'app_reader'::regrole AND defaclnamespace = 'app'::regnamespace;
