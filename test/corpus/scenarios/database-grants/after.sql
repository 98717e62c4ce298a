SELECT has_database_privilege('human', 'corpus', 'CREATE') AND has_database_privilege('app', 'template1', 'CREATE');
SELECT has_database_privilege('app', 'corpus', 'CONNECT, TEMPORARY') AND NOT has_database_privilege('app', 'corpus', 'CREATE');
