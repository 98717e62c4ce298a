SELECT rolcanlogin AND rolcreatedb AND rolconnlimit = 3 AND shobj_description(oid, 'pg_authid') = 'someone else''s' FROM pg_roles WHERE rolname = 'partner';
SELECT has_table_privilege('kept', 'app.t', 'UPDATE') AND has_table_privilege('kept', 'app.t', 'INSERT');
SELECT has_table_privilege('partner', 'app.t', 'SELECT') AND NOT has_table_privilege('partner', 'app.t', 'UPDATE');
SELECT pg_has_role('stranger', 'partner', 'MEMBER') AND pg_has_role('ana', 'partner', 'MEMBER');
