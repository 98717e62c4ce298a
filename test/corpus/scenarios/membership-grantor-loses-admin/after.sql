SELECT pg_has_role('member', 'staff', 'USAGE') AND pg_has_role('lead', 'staff', 'MEMBER WITH ADMIN OPTION');
SELECT pg_has_role('chief', 'staff', 'USAGE') AND NOT pg_has_role('chief', 'staff', 'MEMBER WITH ADMIN OPTION');
