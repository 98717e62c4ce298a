SELECT NOT has_function_privilege('evil', 'app.f(integer)', 'EXECUTE');
