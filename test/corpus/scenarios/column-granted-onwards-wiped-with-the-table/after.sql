SELECT has_table_privilege('lead', 'app.t', 'SELECT') AND has_column_privilege('outsider', 'app.t', 'id', 'SELECT') AND NOT has_table_privilege('keeper', 'app.t', 'SELECT');
