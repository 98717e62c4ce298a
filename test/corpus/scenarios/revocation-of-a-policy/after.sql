SELECT NOT has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('reader', 'app.u', 'SELECT') AND NOT has_schema_privilege('reader', 'app', 'USAGE');
SELECT has_schema_privilege('writer', 'app', 'USAGE') AND has_table_privilege('writer', 'app.t', 'DELETE') AND NOT has_table_privilege('writer', 'app.t', 'INSERT') AND NOT has_column_privilege('writer', 'app.t', 'id', 'UPDATE');
SELECT has_table_privilege('partner', 'app.t', 'UPDATE') AND NOT has_table_privilege('partner', 'app.t', 'SELECT');
SELECT has_table_privilege('outsider', 'app.t', 'DELETE') AND has_table_privilege('owner', 'app.t', 'SELECT');
SELECT defaclacl::text LIKE '%reader=a/owner%' FROM pg_default_acl WHERE defaclnamespace = 'app'::regnamespace;
SELECT pg_has_role('other', 'writer', 'MEMBER') AND pg_has_role('other', 'group', 'MEMBER') AND NOT pg_has_role('reader', 'writer', 'MEMBER') AND NOT pg_has_role('reader', 'group', 'MEMBER') AND NOT pg_has_role('outsider', 'writer', 'MEMBER');
SELECT rolcanlogin FROM pg_roles WHERE rolname = 'reader';
SELECT rolcreatedb FROM pg_roles WHERE rolname = 'writer';
SELECT tableowner = 'owner' FROM pg_tables WHERE tablename = 't';
