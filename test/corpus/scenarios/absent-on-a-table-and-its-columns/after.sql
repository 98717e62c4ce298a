SELECT attacl::text = '{=w/corpus_manager,reader=a/corpus_manager,writer=r*/corpus_manager}' FROM pg_attribute WHERE attrelid = 'app.t'::regclass AND attname = 'id';
SELECT count(*) = 0 FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid IN ('app.v'::regclass, 'app.m'::regclass);
