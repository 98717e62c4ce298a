SELECT count(*) = 0 FROM pg_roles WHERE rolname IN ('legacy', 'other');
SELECT relacl::text = '{corpus_manager=arwdDxt/corpus_manager,ana=r/corpus_manager}' OR relacl::text = '{corpus_manager=arwdDxtm/corpus_manager,ana=r/corpus_manager}' FROM pg_class WHERE oid = 'shop.t'::regclass;
SELECT attacl::text = '{ana=w/corpus_manager}' FROM pg_attribute WHERE attrelid = 'shop.t'::regclass AND attname = 'a b';
