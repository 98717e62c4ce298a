SELECT has_server_privilege('linker', 'far', 'USAGE') AND NOT has_server_privilege('linker', 'far', 'USAGE WITH GRANT OPTION');
