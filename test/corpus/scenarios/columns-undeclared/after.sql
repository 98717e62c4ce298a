SELECT has_column_privilege('reader', 'app.one', 'id', 'SELECT') AND has_column_privilege('outsider', 'app.two', 'id', 'SELECT') AND has_column_privilege('reader', 'other.three', 'id', 'SELECT');
SELECT has_column_privilege('outsider', 'app.one', 'name', 'SELECT') AND NOT has_column_privilege('reader', 'app.one', 'name', 'UPDATE') AND NOT has_column_privilege('reader', 'app.v', 'one', 'SELECT');
SELECT has_column_privilege('col_owner', 'app.owned', 'id', 'SELECT');
