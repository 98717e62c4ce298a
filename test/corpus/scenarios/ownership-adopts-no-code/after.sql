SELECT bool_and(relowner = 'mallory'::regrole) AND count(*) = 9 FROM pg_class WHERE relname IN ('peek', 'copied', 'by_check', 'by_default', 'by_domain', 'by_index', 'by_rule', 'by_statistics', 'by_trigger');
SELECT bool_and(proowner = 'mallory'::regrole) AND count(*) = 2 FROM pg_proc WHERE proname IN ('steal', 'steal_more');
SELECT bool_and(relowner = 'app_owner'::regrole) AND count(*) = 2 FROM pg_class WHERE relname IN ('a_plain', 'by_newcomer');
SELECT bool_and(proowner = 'app_owner'::regrole) AND count(*) = 3 FROM pg_proc WHERE proname IN ('plain', 'row_seen', 'by_deployer');
SELECT has_table_privilege('reader', 'app.by_trigger', 'SELECT') AND has_table_privilege('reader', 'app.peek', 'SELECT');
