SELECT has_function_privilege('public', 'app.f()', 'EXECUTE') AND has_table_privilege('outsider', 'app.t', 'UPDATE') AND has_table_privilege('public', 'app.t', 'SELECT');
