SELECT NOT pg_has_role('ben', 'staff', 'MEMBER') AND NOT pg_has_role('ana', 'staff', 'USAGE') AND pg_has_role('ana', 'staff', 'MEMBER');
SELECT NOT pg_has_role('corpus_manager', 'lead', 'USAGE');
