SELECT pg_has_role('ana', 'staff', 'MEMBER') AND NOT pg_has_role('ben', 'staff', 'MEMBER') AND NOT pg_has_role('eve', 'staff', 'MEMBER') AND NOT pg_has_role('boss', 'staff', 'MEMBER');
