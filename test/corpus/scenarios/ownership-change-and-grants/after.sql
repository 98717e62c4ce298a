SELECT has_table_privilege('new_owner', 'app.t', 'SELECT, INSERT, UPDATE, DELETE') AND has_function_privilege('new_owner', 'app.f()', 'EXECUTE');
SELECT has_table_privilege('old_owner', 'app.t', 'SELECT') AND NOT has_table_privilege('old_owner', 'app.t', 'INSERT, UPDATE, DELETE, TRUNCATE');
SELECT NOT has_function_privilege('old_owner', 'app.f()', 'EXECUTE') AND NOT has_table_privilege('writer', 'app.t', 'SELECT');
SELECT has_table_privilege('reader', 'app.u', 'SELECT') AND has_table_privilege('reader', 'app.t', 'SELECT') AND NOT has_table_privilege('reader', 'app.t', 'INSERT, UPDATE');
