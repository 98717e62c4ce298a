SELECT array_agg(a.grantee ORDER BY a.grantee) = ARRAY['"PUBLIC"'::regrole::oid] FROM pg_class, aclexplode(relacl) a WHERE pg_class.oid = 'app.ours'::regclass AND a.privilege_type = 'UPDATE' AND a.grantee <> relowner;
SELECT has_table_privilege('"PUBLIC"'::regrole, 'app.theirs', 'SELECT, UPDATE, DELETE') AND has_table_privilege('public', 'app.theirs', 'SELECT') AND NOT has_table_privilege('public', 'app.theirs', 'UPDATE');
SELECT has_schema_privilege('"PUBLIC"'::regrole, 'theirs', 'CREATE') AND has_schema_privilege('public', 'theirs', 'USAGE') AND NOT has_schema_privilege('public', 'theirs', 'CREATE');
SELECT count(*) = 1 FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'app' AND a.grantee IN (0, '"PUBLIC"'::regrole);
