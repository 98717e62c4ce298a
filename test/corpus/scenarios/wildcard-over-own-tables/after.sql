SELECT bool_and(has_table_privilege('app', 'app.' || t, 'SELECT, DELETE')) FROM unnest(ARRAY['mine', 'shared']) t;
