SELECT bool_and(has_type_privilege('maker', 'app.' || t, 'USAGE')) FROM unnest(ARRAY['mood', 'pair', 'span', 'age', 'tags']) t;
