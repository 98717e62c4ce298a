SELECT has_table_privilege('outsider', 'app.t', 'INSERT') AND NOT has_table_privilege('outsider', 'app.t', 'SELECT') AND has_table_privilege('outsider', 'app.owned', 'SELECT');
SELECT has_sequence_privilege('outsider', 'app.s', 'USAGE') AND NOT has_sequence_privilege('outsider', 'app.s', 'UPDATE') AND NOT has_schema_privilege('outsider', 'app', 'CREATE');
SELECT attacl IS NULL OR attacl::text NOT LIKE '%outsider%' FROM pg_attribute WHERE attrelid = 'app.t'::regclass AND attname = 'id';
