SELECT count(*) = 8 FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND has_function_privilege('caller', oid, 'EXECUTE');
SELECT NOT has_function_privilege('caller', 'app.own(app.mood, app."Odd", public.word[])', 'EXECUTE');
