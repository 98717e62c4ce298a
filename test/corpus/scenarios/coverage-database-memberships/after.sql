SELECT pg_has_role('ana', 'team', 'MEMBER') AND NOT pg_has_role('ana', 'others', 'MEMBER') AND NOT pg_has_role('ana', 'pg_read_all_data', 'MEMBER');
SELECT pg_has_role('stranger', 'others', 'MEMBER') AND pg_has_role('partner', 'others', 'MEMBER');
SELECT NOT pg_has_role('partner', 'ana', 'MEMBER');
SELECT pg_has_role('corpus_manager', 'others', 'MEMBER WITH ADMIN OPTION');
