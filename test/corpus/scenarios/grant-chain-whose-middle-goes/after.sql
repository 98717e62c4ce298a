SELECT has_table_privilege('lead', 'app.t', 'SELECT WITH GRANT OPTION') AND has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('a_middle', 'app.t', 'SELECT');
