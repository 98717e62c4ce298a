SELECT bool_and(has_type_privilege('maker', 'app.' || t, 'USAGE') AND NOT has_type_privilege('public', 'app.' || t, 'USAGE')) FROM unnest(ARRAY['mood', 'age', 'tag']) t;
SELECT has_type_privilege('domain_maker', 'app.tag', 'USAGE') AND NOT has_type_privilege('domain_maker', 'app.mood', 'USAGE') AND NOT has_type_privilege('one_maker', 'app.tag', 'USAGE');
