SELECT has_schema_privilege('reader', 'fresh', 'USAGE') AND NOT has_schema_privilege('reader', 'fresh', 'CREATE');
SELECT NOT has_schema_privilege('writer', 'fresh', 'USAGE');
