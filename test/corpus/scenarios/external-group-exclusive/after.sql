SELECT pg_has_role('ana', 'partner', 'MEMBER') AND NOT pg_has_role('stranger', 'partner', 'MEMBER');
SELECT pg_has_role('corpus_manager', 'partner', 'MEMBER WITH ADMIN OPTION');
