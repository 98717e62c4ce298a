SELECT attacl::text = '{ana=r/corpus_manager}' FROM pg_attribute WHERE attrelid = 'app.t'::regclass AND attname = 'name';
SELECT attacl::text = '{stranger=w/lead}' FROM pg_attribute WHERE attrelid = 'app.u'::regclass AND attname = 'id';
SELECT NOT has_table_privilege('lead', 'app.t', 'UPDATE') AND has_table_privilege('lead', 'app.u', 'UPDATE');
