SELECT pg_has_role('stranger', 'team', 'MEMBER');
