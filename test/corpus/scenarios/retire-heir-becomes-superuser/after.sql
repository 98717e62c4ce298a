SELECT count(*) = 0 FROM pg_roles WHERE rolname = 'legacy';
SELECT fdwowner = 'heir'::regrole FROM pg_foreign_data_wrapper WHERE fdwname = 'wrapper';
