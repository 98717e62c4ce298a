SELECT proowner = 'heir'::regrole FROM pg_proc WHERE oid = 'shop.f()'::regprocedure;
