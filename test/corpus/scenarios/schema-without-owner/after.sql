SELECT nspowner = 'somebody'::regrole FROM pg_namespace WHERE nspname = 'app';
