SELECT pg_has_role('ben', 'team', 'MEMBER') AND pg_has_role('ana', 'team', 'MEMBER');
