SELECT has_column_privilege('reader', 'app.people', 'id', 'SELECT, UPDATE') AND NOT has_column_privilege('reader', 'app.people', 'name', 'SELECT') AND NOT has_table_privilege('reader', 'app.people', 'SELECT');
SELECT has_table_privilege('lead', 'app.people', 'SELECT') AND NOT has_table_privilege('lead', 'app.people', 'SELECT WITH GRANT OPTION') AND has_column_privilege('lead', 'app.people', 'name', 'SELECT WITH GRANT OPTION');
SELECT has_column_privilege('public', 'app.v', 'one', 'SELECT') AND NOT has_table_privilege('public', 'app.v', 'SELECT');
