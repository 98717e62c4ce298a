SELECT has_table_privilege('reader', 'app.t', 'SELECT') AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'old');
