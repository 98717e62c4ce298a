SELECT has_column_privilege('reader', 'app.t', 'id', 'SELECT') AND has_column_privilege('reader', 'app.t', 'name', 'SELECT') AND NOT has_column_privilege('a_lead', 'app.t', 'id', 'SELECT');
SELECT attacl::text LIKE '%reader=r/b_keeper%' FROM pg_attribute WHERE attrelid = 'app.t'::regclass AND attname = 'id';
