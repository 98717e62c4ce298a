SELECT rolcanlogin AND rolconnlimit = 3 AND shobj_description(oid, 'pg_authid') = 'nobody of ours' FROM pg_roles WHERE rolname = 'stranger';
SELECT has_table_privilege('stranger', 'app.t', 'SELECT WITH GRANT OPTION') AND has_column_privilege('stranger', 'app.t', 'id', 'UPDATE') AND pg_has_role('friend', 'stranger', 'MEMBER WITH ADMIN OPTION');
SELECT count(*) = 1 FROM pg_default_acl, aclexplode(defaclacl) a WHERE a.grantee = 'stranger'::regrole;
