SELECT NOT EXISTS (SELECT FROM pg_auth_members WHERE member = 'corpus_manager'::regrole AND roleid = 'owner'::regrole);
SELECT count(*) = 1 AND bool_and(grantor = 'lead'::regrole AND NOT inherit_option AND NOT set_option) FROM pg_auth_members WHERE member = 'corpus_manager'::regrole AND roleid = 'known_owner'::regrole;
