SELECT bool_and(has_function_privilege('caller', p.oid, 'EXECUTE') = (prokind <> 'p')) FROM pg_proc p WHERE pronamespace = 'app'::regnamespace;
