SELECT has_table_privilege('legacy', 'app.t', 'SELECT');
