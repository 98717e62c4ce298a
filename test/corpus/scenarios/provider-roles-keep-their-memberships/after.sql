SELECT pg_has_role('cloudsqlsuperuser', 'app', 'MEMBER') AND NOT pg_has_role('guest', 'app', 'MEMBER');
