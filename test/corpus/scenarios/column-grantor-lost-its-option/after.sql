SELECT count(*) = 0 FROM pg_attribute WHERE attacl::text LIKE '%ana=%';
SELECT attacl::text = '{cid=w/lead}' FROM pg_attribute WHERE attrelid = 'app.kept'::regclass AND attname = 'id';
SELECT attacl::text = '{lead=w/corpus_manager}' FROM pg_attribute WHERE attrelid = 'app.own'::regclass AND attname = 'id';
SELECT has_table_privilege('lead', 'app.kept', 'UPDATE') AND NOT has_table_privilege('lead', 'app.kept', 'UPDATE WITH GRANT OPTION');
SELECT NOT has_table_privilege('lead', 'app.gone', 'UPDATE');
