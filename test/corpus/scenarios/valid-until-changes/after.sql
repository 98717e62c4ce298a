SELECT bool_and(rolvaliduntil IS NULL OR rolvaliduntil = 'infinity') FROM pg_roles WHERE rolname IN ('unlimited', 'infinite', 'over');
SELECT rolvaliduntil = '2030-12-31 10:00:00+00' FROM pg_roles WHERE rolname = 'limited';
