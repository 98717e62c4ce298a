SELECT has_foreign_data_wrapper_privilege('linker', 'nowhere', 'USAGE') AND has_foreign_data_wrapper_privilege('linker', 'unnamed', 'USAGE');
SELECT has_server_privilege('linker', 'far "away"', 'USAGE WITH GRANT OPTION') AND has_server_privilege('linker', 'near', 'USAGE') AND NOT has_server_privilege('linker', 'near', 'USAGE WITH GRANT OPTION');
