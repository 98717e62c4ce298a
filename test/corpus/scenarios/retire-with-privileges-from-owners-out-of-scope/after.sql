SELECT count(*) = 0 FROM pg_roles WHERE rolname = 'legacy';
SELECT nspacl::text = '{ana=UC/ana}' FROM pg_namespace WHERE nspname = 'shop';
