SELECT pg_has_role('corpus_manager', 'staff', 'MEMBER WITH ADMIN OPTION');
