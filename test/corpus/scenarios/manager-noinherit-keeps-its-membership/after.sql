SELECT count(*) = 1 FROM pg_auth_members m WHERE m.roleid = 'owner'::regrole AND m.member = 'corpus_manager'::regrole AND m.admin_option;
