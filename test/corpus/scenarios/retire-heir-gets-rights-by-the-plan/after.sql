SELECT proowner = 'heir'::regrole FROM pg_proc WHERE oid = 'shop.f()'::regprocedure;
SELECT proowner = 'keeper'::regrole FROM pg_proc WHERE oid = 'lost.f()'::regprocedure;
SELECT NOT has_schema_privilege('keeper', 'lost', 'CREATE');
