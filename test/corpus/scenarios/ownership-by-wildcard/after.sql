SELECT bool_and(relowner = 'app_owner'::regrole) AND count(*) = 4 FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'S');
SELECT bool_and(proowner = CASE proname WHEN 'f' THEN 'app_owner' WHEN 'p' THEN 'maker' ELSE 'postgres' END::regrole) FROM pg_proc WHERE pronamespace = 'app'::regnamespace;
SELECT bool_and(typowner = 'postgres'::regrole) FROM pg_type WHERE typname = 'hstore';
