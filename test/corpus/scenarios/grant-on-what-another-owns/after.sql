SELECT NOT has_table_privilege('reader', 'app.mine', 'SELECT');
