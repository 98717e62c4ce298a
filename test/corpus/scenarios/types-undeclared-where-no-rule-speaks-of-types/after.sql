SELECT NOT has_type_privilege('reader', 'app.color', 'USAGE') AND NOT has_type_privilege('reader', 'app.short', 'USAGE');
SELECT NOT has_type_privilege('pg_monitor', 'app.pair', 'USAGE');
SELECT has_type_privilege('outsider', 'app.color', 'USAGE') AND has_type_privilege('reader', 'other.long', 'USAGE');
