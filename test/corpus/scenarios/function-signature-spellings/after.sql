SELECT NOT has_function_privilege('caller', 'app.two(integer)', 'EXECUTE');
