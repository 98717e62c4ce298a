SELECT has_table_privilege('reader', 'app.t', 'INSERT') AND NOT has_schema_privilege('dba', 'app', 'USAGE');
