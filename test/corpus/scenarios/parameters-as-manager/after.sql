SELECT has_parameter_privilege('tuner', 'log_statement', 'SET') AND has_parameter_privilege('tuner', 'myapp.setting', 'SET');
