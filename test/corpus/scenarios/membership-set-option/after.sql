SELECT pg_has_role('ana', 'staff', 'USAGE') AND NOT pg_has_role('ana', 'staff', 'SET');
SELECT pg_has_role('ben', 'staff', 'SET') AND NOT pg_has_role('cara', 'staff', 'SET');
SELECT pg_has_role('novice', 'staff', 'USAGE') AND NOT pg_has_role('novice', 'staff', 'SET');
