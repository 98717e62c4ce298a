SELECT has_schema_privilege('new_owner', 'app', 'USAGE') AND has_schema_privilege('new_owner', 'app', 'CREATE');
SELECT has_schema_privilege('old_owner', 'app', 'USAGE') AND NOT has_schema_privilege('old_owner', 'app', 'CREATE');
SELECT has_schema_privilege('reader', 'app', 'USAGE') AND NOT has_schema_privilege('reader', 'app', 'CREATE');
