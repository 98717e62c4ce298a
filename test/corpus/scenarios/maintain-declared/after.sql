SELECT has_table_privilege('keeper', 'app.t', 'MAINTAIN') AND has_table_privilege('keeper', 'app.m', 'MAINTAIN WITH GRANT OPTION') AND NOT has_table_privilege('reader', 'app.m', 'MAINTAIN');
