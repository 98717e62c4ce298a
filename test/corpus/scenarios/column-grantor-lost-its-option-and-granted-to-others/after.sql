SELECT has_column_privilege('cid', 'app.t', 'id', 'UPDATE');
