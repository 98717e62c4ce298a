SELECT bool_or(inherit_option) AND NOT bool_or(admin_option) FROM pg_auth_members WHERE roleid = 'staff'::regrole AND member = 'ana'::regrole;
SELECT NOT pg_has_role('outsider', 'staff', 'MEMBER');
