SELECT bool_and(admin_option = (member = 'ana'::regrole)) FROM pg_auth_members WHERE roleid = 'staff'::regrole;
