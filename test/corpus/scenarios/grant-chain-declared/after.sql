SELECT has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('a_lead', 'app.t', 'SELECT WITH GRANT OPTION');
