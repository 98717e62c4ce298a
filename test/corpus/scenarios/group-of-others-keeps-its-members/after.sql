SELECT pg_has_role('stranger', 'team', 'MEMBER WITH ADMIN OPTION') AND pg_has_role('stranger', 'pg_monitor', 'USAGE');
SELECT pg_has_role('ana', 'team', 'USAGE') AND NOT pg_has_role('ana', 'team', 'MEMBER WITH ADMIN OPTION');
SELECT pg_has_role('corpus_manager', 'team', 'MEMBER WITH ADMIN OPTION');
