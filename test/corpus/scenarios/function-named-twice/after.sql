SELECT has_function_privilege('ana', 'app.f(integer)', 'EXECUTE') AND has_function_privilege('ben', 'app.f(integer)', 'EXECUTE');
