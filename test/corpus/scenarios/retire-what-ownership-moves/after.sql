SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'legacy');
SELECT bool_and(relowner = 'heir'::regrole) AND count(*) = 7 FROM pg_class WHERE relnamespace = 'app'::regnamespace;
SELECT bool_and(proowner = 'heir'::regrole) AND count(*) = 2 FROM pg_proc WHERE pronamespace = 'app'::regnamespace;
SELECT nspowner = 'heir'::regrole FROM pg_namespace WHERE nspname = 'app';
SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'scratch');
