SELECT has_table_privilege('app_owner', 'app.t', 'SELECT, INSERT, UPDATE, DELETE');
