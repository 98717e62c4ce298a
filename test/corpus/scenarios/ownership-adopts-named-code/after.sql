SELECT bool_and(relowner = 'app_owner'::regrole) AND count(*) = 3 FROM pg_class WHERE relnamespace = 'app'::regnamespace;
SELECT bool_and(proowner = 'app_owner'::regrole) AND count(*) = 2 FROM pg_proc WHERE pronamespace = 'app'::regnamespace;
