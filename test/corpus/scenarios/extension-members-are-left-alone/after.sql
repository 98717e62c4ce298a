SELECT has_table_privilege('reader', 'app.member', 'INSERT') AND NOT has_table_privilege('reader', 'app.member', 'SELECT') AND has_column_privilege('reader', 'app.member', 'id', 'SELECT');
SELECT has_function_privilege('public', 'app.digest(text, text)', 'EXECUTE') AND NOT has_function_privilege('public', 'app.own()', 'EXECUTE') AND NOT has_type_privilege('public', 'app.named_type', 'USAGE');
