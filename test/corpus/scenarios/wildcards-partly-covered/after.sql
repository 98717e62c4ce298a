SELECT bool_and(has_table_privilege('reader', 'app.' || r, 'SELECT') AND NOT has_table_privilege('reader', 'app.' || r, 'UPDATE')) FROM unnest(ARRAY['t1', 't2', 'v1', 'v2', 'm1', 'm2']) r;
SELECT bool_and(has_sequence_privilege('reader', 'app.' || s, 'USAGE') AND NOT has_sequence_privilege('reader', 'app.' || s, 'UPDATE')) FROM unnest(ARRAY['s1', 's2']) s;
