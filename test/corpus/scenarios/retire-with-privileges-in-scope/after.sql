SELECT has_table_privilege('reader', 'app.t', 'SELECT');
