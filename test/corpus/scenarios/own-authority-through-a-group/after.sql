SELECT pg_has_role('corpus_manager', 'staff', 'MEMBER WITH ADMIN OPTION') AND NOT pg_has_role('ana', 'staff', 'MEMBER');
