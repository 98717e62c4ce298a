SELECT has_function_privilege('reader', 'app.own()', 'EXECUTE') AND has_type_privilege('reader', 'app.span', 'USAGE');
SELECT bool_and(proacl IS NULL) AND count(*) >= 2 FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND proname = 'span';
