SELECT NOT has_table_privilege('lead', 'app.t', 'SELECT') AND has_column_privilege('lead', 'app.t', 'id', 'SELECT WITH GRANT OPTION');
SELECT has_column_privilege('reader', 'app.t', 'id', 'SELECT') AND NOT has_column_privilege('lead', 'app.t', 'name', 'SELECT');
