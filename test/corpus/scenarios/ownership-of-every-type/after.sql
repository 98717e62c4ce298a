SELECT bool_and(relowner = 'app_owner'::regrole) AND count(*) = 8 FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S');
SELECT bool_and(proowner = 'app_owner'::regrole) FROM pg_proc WHERE proname IN ('f', 'total') AND pronamespace = 'app'::regnamespace;
SELECT bool_and(typowner = 'app_owner'::regrole) FROM pg_type WHERE typname IN ('mood', 'span', 'orders');
SELECT nspowner = 'old_owner'::regrole FROM pg_namespace WHERE nspname = 'app';
