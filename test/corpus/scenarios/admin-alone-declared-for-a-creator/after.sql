SELECT count(*) = 2 AND bool_and(admin_option AND NOT inherit_option AND NOT set_option) FROM pg_auth_members WHERE member = 'lead'::regrole;
