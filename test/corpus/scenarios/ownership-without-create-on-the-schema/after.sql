SELECT relowner = 'corpus_manager'::regrole FROM pg_class WHERE oid = 'app.t'::regclass;
