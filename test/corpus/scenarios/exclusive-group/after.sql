SELECT NOT pg_has_role('stranger', 'team', 'MEMBER') AND NOT pg_has_role('strangers_friend', 'team', 'MEMBER');
SELECT pg_has_role('rds_superuser', 'team', 'USAGE') AND pg_has_role('pg_monitor', 'pg_read_all_settings', 'USAGE');
SELECT NOT pg_has_role('corpus_manager', 'team', 'MEMBER');
