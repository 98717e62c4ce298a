SELECT has_table_privilege('human', 'app.t2', 'UPDATE') AND has_table_privilege('human', 'app.t1', 'SELECT');
