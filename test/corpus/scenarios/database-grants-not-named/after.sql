SELECT has_database_privilege('app', 'corpus', 'CREATE');
