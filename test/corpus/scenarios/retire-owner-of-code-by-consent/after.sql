SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'legacy');
SELECT proowner = 'heir'::regrole FROM pg_proc WHERE proname = 'definer';
