SELECT has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('reader', 'app.t', 'INSERT') AND NOT has_table_privilege('reader', 'app.u', 'INSERT');
