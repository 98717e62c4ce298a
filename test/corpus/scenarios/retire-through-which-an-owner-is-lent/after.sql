SELECT NOT EXISTS (SELECT FROM pg_auth_members WHERE member = 'corpus_manager'::regrole AND roleid = 'owner'::regrole);
SELECT has_schema_privilege('reader', 'app', 'USAGE') AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'old');
