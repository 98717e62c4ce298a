SELECT admin_option AND NOT inherit_option AND NOT set_option FROM pg_auth_members WHERE roleid = 'staff'::regrole AND member = 'lead'::regrole;
SELECT grantor = 'lead'::regrole FROM pg_auth_members WHERE roleid = 'staff'::regrole AND member = 'member'::regrole;
