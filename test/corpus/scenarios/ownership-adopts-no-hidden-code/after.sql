SELECT bool_and(relowner = 'app_owner'::regrole) AND count(*) = 3 FROM pg_class WHERE relname IN ('a_plain', 'a_tree', 'a_tree_1');
SELECT bool_and(relowner = 'mallory'::regrole) AND count(*) = 18 FROM pg_class WHERE relname LIKE 'by\_%' AND relkind IN ('r', 'p');
SELECT NOT has_table_privilege('reviewer', 'app.a_plain', 'TRIGGER') AND has_table_privilege('editor', 'app.a_plain', 'TRIGGER');
