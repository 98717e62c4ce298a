SELECT has_table_privilege('reader', 'app.v', 'SELECT');
