SELECT NOT rolcreaterole FROM pg_roles WHERE rolname = 'lead';
SELECT NOT pg_has_role('lead', 'staff', 'MEMBER') AND pg_has_role('lead', 'other', 'USAGE') AND NOT pg_has_role('lead', 'other', 'MEMBER WITH ADMIN OPTION');
SELECT pg_has_role('still', 'made', 'MEMBER WITH ADMIN OPTION');
