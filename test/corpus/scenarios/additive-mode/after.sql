SELECT count(*) = 1 FROM pg_roles WHERE rolname = 'kept' AND rolcreatedb AND rolconnlimit = 3;
SELECT has_table_privilege('kept', 'app.t', 'SELECT, UPDATE WITH GRANT OPTION') AND has_table_privilege('kept', 'app.u', 'SELECT WITH GRANT OPTION');
SELECT pg_has_role('outsider', 'staff', 'MEMBER') AND pg_has_role('ana', 'staff', 'MEMBER WITH ADMIN OPTION');
