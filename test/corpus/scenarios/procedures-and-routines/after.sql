SELECT bool_and(has_function_privilege('everything', oid, 'EXECUTE')) FROM pg_proc WHERE pronamespace = 'app'::regnamespace;
SELECT string_agg(p.oid::regproc::text || p.prokind::text, ' ' ORDER BY p.oid) = 'app.samef app.samep app.totala' FROM pg_proc p WHERE pronamespace = 'app'::regnamespace AND has_function_privilege('runner', oid, 'EXECUTE');
SELECT has_function_privilege('caller', 'app.same(integer)', 'EXECUTE') AND NOT has_function_privilege('caller', 'app.same(integer)', 'EXECUTE WITH GRANT OPTION');
