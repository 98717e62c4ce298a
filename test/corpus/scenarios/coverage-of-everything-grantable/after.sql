SELECT has_table_privilege('outsider', 'other.t', 'SELECT') AND has_database_privilege('reader', 'template1', 'CREATE') AND has_tablespace_privilege('reader', 'pg_default', 'CREATE');
SELECT has_schema_privilege('reader', 'member', 'USAGE') AND has_foreign_data_wrapper_privilege('linker', 'of_extension', 'USAGE') AND NOT has_schema_privilege('reader', 'other', 'USAGE');
