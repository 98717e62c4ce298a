SELECT has_table_privilege('lead', 'app.t', 'SELECT WITH GRANT OPTION') AND has_table_privilege('outsider', 'app.t', 'SELECT');
