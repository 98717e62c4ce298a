SELECT bool_and(has_table_privilege('reader', 'app.' || t, 'SELECT')) FROM unnest(ARRAY['t1', 't2', 't3']) t;
SELECT has_table_privilege('reader', 'app.t1', 'INSERT') AND NOT has_table_privilege('reader', 'app.t2', 'DELETE');
