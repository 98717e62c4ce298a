SELECT relowner = 'heir'::regrole FROM pg_class WHERE oid = 'app.moves'::regclass;
