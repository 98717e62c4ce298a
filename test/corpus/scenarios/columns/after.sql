SELECT has_column_privilege('reader', 'app.people', 'name', 'SELECT') AND NOT has_column_privilege('reader', 'app.people', 'secret', 'SELECT');
SELECT has_column_privilege('clerk', 'app.people', 'name', 'UPDATE') AND NOT has_column_privilege('clerk', 'app.people', 'id', 'UPDATE');
SELECT has_column_privilege('reader', 'app.v', 'one', 'SELECT') AND NOT has_column_privilege('reader', 'app.m', 'two', 'SELECT');
SELECT has_column_privilege('corpus_manager', 'app.people', 'secret', 'SELECT') AND has_column_privilege('public', 'app.people', 'id', 'SELECT');
