SELECT pg_has_role('ana', 'staff', 'MEMBER');
